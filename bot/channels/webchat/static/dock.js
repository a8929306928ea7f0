// The lower edge of the talk: how things stand, one line to write in, and the quiet tools.
import { button, make } from "./make.js";
import { wordFold } from "./word.js";

const PLAIN = ["person", "numbers"]; // always one press away
const FOLDED = ["stop"];
const LONGEST = 12000; // characters of one text, as the server counts them

export class Dock {
  #draft = "";

  constructor(words, { act, write, choose, give, anew }) {
    Object.assign(this, { words, act, write, choose, give, anew });
    this.state = make("p", { class: "state", role: "status", dir: "auto" });
    this.note = make("p", { class: "note", role: "alert" });
    this.place = make("div");
    this.root = make("div", { class: "dock" }, this.state, this.note, this.place);
  }

  /** Whether it stays at the lower edge while the talk moves. */
  get stays() {
    return getComputedStyle(this.root).position === "sticky";
  }

  /** How much of the view it takes away at the lower edge; less when it does not stay there. */
  get covers() {
    return this.stays ? this.root.offsetHeight : parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom);
  }

  /** Whether the line to write in has the focus and is in the page. */
  get isWriting() {
    return Boolean(this.field) && document.activeElement === this.field && this.field.offsetParent !== null;
  }

  /** Choices stand, or not: with choices and little room the line to write in is one more button. */
  fold(hasChoices) {
    // Whoever is writing goes on writing: what they press next must not fall beside the line.
    this.root.classList.toggle("folded", hasChoices && !this.draft && !this.isWriting);
    this.root.classList.toggle("asks", hasChoices);
  }

  #unfold() {
    this.root.classList.remove("folded");
    this.field.focus();
  }

  /** Says how things stand, and whether that is news: the same words are not announced again. */
  say(text) {
    if (this.state.textContent === text) return false;
    this.state.textContent = text;
    return true;
  }

  /** Draws the tools that are allowed now, when they have changed; keeps what is being written and where the focus is. */
  draw(now) {
    const drawn = JSON.stringify([this.words.lang, this.words.text("page.more"), now]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const { allowed, silent, closed } = now;
    if (closed) return this.#close();
    const wasWriting = document.activeElement === this.field;
    const kept = { draft: this.draft, from: this.field?.selectionStart, to: this.field?.selectionEnd };
    const tools = make("div", { class: "tools" });
    if (!silent) tools.append(make("div", { class: "near" }, ...this.#tools(PLAIN, allowed, "")), this.#opener());
    tools.append(this.#more(now));
    this.note.textContent = "";
    this.field = null;
    this.#draft = kept.draft;
    this.place.replaceChildren(...(silent ? [] : [this.#own(kept.draft)]), tools);
    if (wasWriting && this.field) {
      this.field.focus({ preventScroll: true });
      this.field.setSelectionRange(kept.from, kept.to);
    }
  }

  // The talk has ended: the one thing left leads to the neutral page, and from there to a new talk.
  #close() {
    this.field = null;
    this.note.textContent = "";
    const anew = button(this.words.text("page.continue"), () => this.anew(), { class: "main" });
    this.place.replaceChildren(make("div", { class: "tools" }, anew));
  }

  get draft() {
    return this.field ? this.field.value : this.#draft;
  }

  /** Gives back what was refused, unless something else is being written by now. */
  giveBack(text) {
    if (this.field && !this.field.value) this.field.value = text;
  }

  /** Skip and back, drawn beside the question they belong to. */
  beside(allowed) {
    return this.#tools(["skip", "back"], allowed, "");
  }

  #tools(names, allowed, tone) {
    return names.filter((name) => allowed.includes(name)).map((name) => {
      const label = this.words.text(`page.${tone}${name}`);
      return button(label, () => this.act(name, label));
    });
  }

  #opener() {
    return button(this.words.text("page.write.short"), () => this.#unfold(), { class: "opener" });
  }

  #own(draft) {
    const label = this.words.text("page.write");
    this.field = make("textarea", {
      rows: 1, "aria-label": label, placeholder: label, dir: "auto",
      autocomplete: "off", autocapitalize: "sentences", spellcheck: "false", enterkeyhint: "send",
    });
    this.field.value = draft;
    const form = make("form", { class: "own", autocomplete: "off" }, this.field, make("button", { class: "main" }, this.words.text("page.send")));
    const send = (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      // Not sent, and not taken away: the draft stays to be made shorter.
      if ([...text].length > LONGEST) return void (this.note.textContent = this.words.text("page.too-long"));
      this.field.value = "";
      if (text) this.write(text);
      this.field?.focus({ preventScroll: true });
    };
    form.addEventListener("submit", send);
    this.field.addEventListener("focus", () => this.root.classList.remove("folded"));
    this.field.addEventListener("input", () => (this.note.textContent = ""));
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    });
    return form;
  }

  // Drawn only when it is pressed: while the page keeps quiet, nothing folded away waits in it.
  #more(now) {
    const panel = make("div", { class: "more", hidden: true });
    const open = button(this.words.text("page.more"), () => turn(panel.hidden), { "aria-expanded": "false" });
    const turn = (out) => {
      panel.hidden = !out;
      open.setAttribute("aria-expanded", String(out));
      panel.replaceChildren(...(out ? this.#folded(now) : []));
      if (out) panel.scrollIntoView({ block: "nearest" });
    };
    panel.addEventListener("click", (event) => {
      if (!event.target.closest("button")) return;
      turn(false);
      open.focus({ preventScroll: true });
    });
    return make("div", { class: "fold" }, open, panel);
  }

  /** Says that a word could not be taken, until something else is done. */
  tell(key) {
    this.note.textContent = key ? this.words.text(key) : "";
  }

  #folded({ allowed, silent, doors, languages }) {
    const tone = silent ? "quiet." : "";
    const first = this.#tools(silent ? [...PLAIN, "skip", "back"] : PLAIN, allowed, tone);
    const tongues = allowed.includes("language") ? languages : [];
    const near = make("div", { class: silent ? "list" : "list again" }, ...first);
    const folds = silent ? [] : ["words", "word"].filter((name) => allowed.includes(name));
    const list = make("div", { class: "list" },
      ...folds.map((name) => wordFold(name, this.words, this.give)),
      ...(silent ? [] : this.#tools(["limits"], allowed, "")),
      ...(silent ? [] : doors).map(({ value, label }) => button(label, () => this.choose("door", value, label))),
      ...tongues.map(({ code, name, dir }) => button(name, () => this.choose("language", code, name), {
        lang: code, dir, "aria-current": code === this.words.lang && "true",
      })),
    );
    return [make("div", { class: "scrolls" }, near, list), make("div", { class: "apart" }, ...this.#tools(FOLDED, allowed, tone))];
  }
}
