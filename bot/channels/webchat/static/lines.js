// What has been said, in the order of the talk. The newest stands out, what came before is dimmed.
// Only what others say is announced, each line once and in its own language.
import { fill, make } from "./make.js";

export class Lines {
  #pending = new Map();

  constructor(words) {
    this.words = words;
    this.root = make("div", { class: "lines", role: "log", "aria-relevant": "additions" });
    this.name();
  }

  name() {
    this.root.setAttribute("aria-label", this.words.text("page.lines"));
    for (const part of this.root.querySelectorAll("[data-key]")) {
      part.textContent = this.words.text(part.dataset.key);
    }
  }

  /** Adds a line that the server sent. A question is a heading, so that it can be found. */
  add({ seq, from, text, why, lang, dir, expects, recordings = [] }) {
    const asks = from === "bot" && expects && expects !== "nothing";
    const line = this.#draw(from, fill(make(asks ? "h2" : "p", { lang, dir }), text));
    if (why) line.append(fill(make("p", { class: "why", lang, dir }), why));
    line.append(...recordings.map((each) => this.#record(each)));
    this.#place(line, seq);
    return line;
  }

  /** Adds the visitor's own line, not yet acknowledged. */
  addOwn(id, text) {
    const line = this.#draw("visitor", fill(make("p", { dir: "auto" }), text));
    line.append(make("small", { class: "fate", "data-key": "page.sending" }, this.words.text("page.sending")));
    this.#pending.set(id, line);
    this.#place(line, Infinity);
  }

  mark(id, key) {
    const fate = this.#pending.get(id)?.querySelector(".fate");
    if (!fate) return;
    fate.dataset.key = key;
    fate.textContent = this.words.text(key);
  }

  /** It was refused and cannot be mended where it stands. */
  drop(id) {
    this.#pending.get(id)?.remove();
    this.#pending.delete(id);
    this.#dim();
  }

  /** The line has its place. If the server had already sent it again, one of the two goes. */
  settle(id, seq) {
    const line = this.#pending.get(id);
    if (!line) return;
    this.mark(id, "page.sent");
    this.#pending.delete(id);
    this.root.querySelector(`[data-seq="${Number(seq)}"]`)?.remove();
    this.#place(line, seq);
  }

  clear() {
    this.#pending.clear();
    this.root.replaceChildren();
  }

  get newest() {
    return this.root.querySelector(".now");
  }

  /** The question that stands, if there is one. */
  get question() {
    return [...this.root.querySelectorAll(".now > h2")].at(-1)?.parentNode;
  }

  // Played when it is pressed, and no further than this page: full screen would cover the way out.
  #record({ kind, src }) {
    const key = `page.recording.${kind}`;
    const player = kind === "audio"
      ? make("audio", { controls: true, preload: "none", controlslist: "nodownload noremoteplayback", src })
      : make("video", { controls: true, preload: "none", playsinline: true, disablepictureinpicture: true,
        controlslist: "nodownload nofullscreen noremoteplayback", src });
    const named = make("summary", { "data-key": key }, this.words.text(key));
    return make("details", { class: "recorded", "aria-live": "off" }, named, player);
  }

  #draw(from, text) {
    const line = make("div", { class: `line ${from}`, "aria-live": from === "visitor" && "off" });
    const who = { visitor: "page.you", worker: "page.worker" }[from];
    if (who) line.append(make("small", { "data-key": who }, this.words.text(who)));
    line.append(text);
    return line;
  }

  // By sequence; what is not yet acknowledged comes last. A line that is in place is not moved.
  #place(line, seq = Infinity) {
    if (Number.isFinite(seq)) line.dataset.seq = seq;
    const at = (each) => Number(each.dataset.seq ?? Infinity);
    const next = [...this.root.children].find((each) => each !== line && at(each) > seq) ?? null;
    if (line.parentNode !== this.root || line.nextElementSibling !== next) this.root.insertBefore(line, next);
    this.#dim();
  }

  #dim() {
    const all = [...this.root.children];
    const last = all.findLastIndex((line) => line.classList.contains("visitor"));
    all.forEach((line, at) => line.classList.toggle("now", at > last));
  }
}
