// The choices of the question that is open: wide buttons, or boxes with one button that says done.
import { button, fill, make } from "./make.js";

export class Ask {
  #leftFrom = false;

  constructor(words, answer) {
    this.words = words;
    this.answer = answer;
    this.root = make("div", { class: "ask", role: "group", tabindex: "-1" });
  }

  /** Draws the choices of a message, and the quiet ways past it. */
  draw(message, tools) {
    const { choices = [], expects, lang, dir } = message;
    const hadFocus = this.#leftFrom || this.root.contains(document.activeElement);
    this.#leftFrom = false;
    this.root.replaceChildren();
    this.root.hidden = false;
    this.root.setAttribute("aria-label", this.words.text("page.answers"));
    if (choices.length) this.root.append(expects === "any" ? this.#boxes(message) : this.#buttons(choices, lang, dir));
    if (tools.length) this.root.append(make("div", { class: "aside" }, ...tools));
    if (hadFocus) this.#takeFocus();
  }

  /** Whether there are choices to be seen. */
  get hasChoices() {
    return !this.root.hidden && this.root.querySelector(".choices") !== null;
  }

  /** Answered, but not thrown away: a refused answer can be given again. */
  putAway() {
    this.#leftFrom ||= this.root.contains(document.activeElement);
    this.root.hidden = true;
  }

  bringBack() {
    this.root.hidden = false;
  }

  clear() {
    this.root.replaceChildren();
    this.root.hidden = true;
  }

  // The button that had the focus is gone: the next question takes it, unless the visitor moved on.
  #takeFocus() {
    const now = document.activeElement;
    if (now === document.body || this.root.contains(now)) this.root.focus({ preventScroll: true });
  }

  #buttons(choices, lang, dir) {
    return make("div", { class: "choices" }, ...choices.map(({ value, label }) => {
      const act = () => this.answer({ type: "choice", value }, label);
      return fill(button("", act, { lang, dir }), label);
    }));
  }

  #boxes({ choices, lang, dir }) {
    const hint = make("p", { class: "hint", role: "status" }, this.words.text("page.choose-any"));
    const boxes = choices.map(({ value, label }) => {
      const box = make("input", { type: "checkbox", value, autocomplete: "off" });
      return make("label", { lang, dir }, box, fill(make("span"), label));
    });
    const done = button(this.words.text("page.done"), () => {
      const chosen = choices.filter((_, at) => boxes[at].firstChild.checked);
      if (!chosen.length) return void (hint.textContent = this.words.text("page.choose-none"));
      this.answer({ type: "choices", values: chosen.map((each) => each.value) }, chosen.map((each) => each.label).join("\n"));
    }, { class: "main" });
    return make("div", { class: "choices" }, hint, ...boxes, done);
  }
}
