// The talk: takes the server's frames to the page and the visitor's answers to the server.
import { Ask } from "./ask.js";
import { Connection } from "./connection.js";
import { Dock } from "./dock.js";
import { Lines } from "./lines.js";
import { make } from "./make.js";
import { Outbox } from "./outbox.js";
import { Break, look, standing } from "./standing.js";

const ANSWERS = ["choice", "choices", "skip", "back", "door"];
const SEEN = ["text", "choice", "choices"]; // these tell what the page had shown when they were made
const OVER = "resume-unknown"; // the talk cannot go on in this page
const UNFIT = "words-unfit"; // words that are too short, or the same
const WORDS = ["words", "word"];
const LATER = "not-saved"; // it can, but not at this moment

export class Talk {
  #now = { allowed: [], doors: [], silent: false, closed: false };
  #status = {};
  #wasEmpty = false; // nobody was here at some time of this talk
  #presence;
  #message = null;
  #early = [];
  #isAnswered = false;
  #break = new Break(() => this.#stand());

  constructor({ tenant, title, words, languages, over, rests }) {
    Object.assign(this, { words, over, rests });
    this.#now.languages = languages;
    this.lines = new Lines(words);
    this.ask = new Ask(words, (frame, label) => this.#say(frame, label));
    this.dock = new Dock(words, {
      act: (type, label) => this.#say({ type }, label),
      write: (text) => this.#say({ type: "text", text }, text),
      choose: (type, value, label) => this.#choose(type, value, label),
      give: (frame, label) => this.#give(frame, label),
      anew: over,
    });
    this.root = make("main", { class: "talk" }, make("h1", {}, title), this.lines.root, this.ask.root, this.dock.root);
    this.connection = new Connection(tenant, {
      frame: (frame) => (this.#early ? this.#early.push(frame) : this.#take(frame)),
      changed: (isOpen) => this.#lineChanged(isOpen),
    });
    this.outbox = new Outbox({
      deliver: (frame) => this.connection.send(frame),
      doubt: () => this.connection.doubt(),
      changed: (id) => this.#late(id),
    });
  }

  /** Opens the line; what comes is kept until the page is ready to show it. */
  start(language) {
    this.connection.start(language);
  }

  /** The words are here and the empty page is in view: what came is shown, and so announced. */
  show() {
    const early = this.#early;
    this.#early = null;
    this.reword();
    early.forEach((frame) => this.#take(frame));
  }

  /** Ends it here; `last` is what the server should still hear. */
  end(last) {
    this.#break.end();
    this.outbox.forget();
    this.connection.end(last);
    this.lines.clear();
    this.root.replaceChildren();
  }

  /** The words of another language have come. */
  reword() {
    this.lines.name();
    this.dock.draw(this.#now);
    this.#drawAsk();
    this.#stand();
  }

  #take(frame) {
    if (frame.type === "presence") this.#presence = frame.worker;
    if (frame.type === "message") this.#hear(frame);
    else if (frame.type === "ack") this.#acknowledged(frame);
    else if (frame.type === "status") this.#owned(frame);
    else if (frame.type === "error") this.#refused(frame);
    else if (frame.type === "welcome") this.#welcome(frame);
    this.#stand();
  }

  #welcome(frame) {
    if (frame.doors) this.#now.doors = frame.doors;
    if (frame.isOther) this.#clear();
    this.outbox.sendAll();
    this.rests(frame);
  }

  #hear(message) {
    if (!this.connection.saw(message.seq)) return;
    if (message.from !== "visitor") this.#setSilent(Boolean(message.silent));
    if (this.#now.silent && this.#isAnswered) this.lines.clear();
    this.#isAnswered = false;
    if (message.from !== "visitor" || !this.#now.silent) this.lines.add(message);
    if (message.allowed) this.#now.allowed = message.allowed;
    if (message.from === "bot" && message.expects && message.expects !== "nothing") {
      this.#message = message;
      this.#drawAsk();
    }
    this.dock.draw(this.#now);
    look(this);
  }

  // Quiet means that nothing said before is left on the page, not even out of sight.
  #setSilent(silent) {
    if (silent === this.#now.silent) return;
    this.#clear();
    this.#now.silent = silent;
    this.root.classList.toggle("silent", silent);
    this.#stand();
  }

  #clear() {
    this.lines.clear();
    this.#clearAsk();
  }

  #clearAsk() {
    this.#message = null;
    this.ask.clear();
    this.#fold();
  }

  #drawAsk() {
    if (!this.#message) return;
    const wasWriting = this.dock.isWriting;
    this.ask.draw(this.#message, this.#now.silent ? [] : this.dock.beside(this.#now.allowed));
    this.#fold();
    // The line to write in has made room for the choices: the keyboard goes on at the question.
    if (wasWriting && !this.dock.isWriting) this.ask.root.focus({ preventScroll: true });
  }

  // Where there is little room, the choices that stand come before the line to write in.
  #fold() {
    this.dock.fold(this.ask.hasChoices);
  }

  #say(frame, label) {
    const seen = SEEN.includes(frame.type) && { seen: this.connection.after };
    const id = this.outbox.put({ ...frame, ...seen });
    if (!this.#now.silent) this.lines.addOwn(id, label);
    const answers = ANSWERS.includes(frame.type) || (frame.type === "text" && this.#status.owner !== "worker");
    if (answers) this.#putAway();
    this.#isAnswered = answers;
    this.outbox.send(id);
    look(this);
  }

  // A word is shown to nobody: only that one was chosen.
  #give(frame, label) {
    const id = this.outbox.put(frame);
    this.dock.tell(""); // what was said of the last try is not said of this one
    if (frame.type === "words") this.lines.addOwn(id, label);
    this.outbox.send(id);
  }

  #putAway() {
    this.ask.putAway();
    this.#fold();
  }

  async #choose(type, value, label) {
    this.#say({ type, value }, label);
    if (type !== "language") return;
    const { dir } = this.#now.languages.find((each) => each.code === value);
    if (!(await this.words.load(value))) return;
    this.words.place(dir);
    this.reword();
  }

  #acknowledged({ id, seq }) {
    if (seq) this.connection.saw(seq);
    this.outbox.settle(id);
    this.lines.settle(id, seq);
  }

  #refused({ code, id }) {
    if (code === OVER) return this.over();
    if (code === LATER) return id ? this.outbox.retry(id) : this.connection.again();
    const frame = this.outbox.settle(id);
    if (!frame) return;
    if (WORDS.includes(frame.type)) {
      this.lines.drop(id); // the next try has a line of its own
      this.dock.tell(code === UNFIT ? "page.words.unfit" : "page.word.unknown");
    }
    this.lines.mark(id, code === "too-long" ? "page.too-long" : "page.refused");
    if (frame.type === "text") this.dock.giveBack(frame.text);
    this.ask.bringBack();
    this.#fold();
  }

  #late(id) {
    this.lines.mark(id, "page.not-sent");
    if (this.#now.silent) this.#stand();
  }

  #owned(frame) {
    this.#wasEmpty ||= frame.staffed === false;
    this.#status = { ...frame, wasEmpty: this.#wasEmpty };
    this.#now.closed = frame.owner === "closed";
    if (frame.silent !== undefined) this.#setSilent(frame.silent);
    // Quiet goes before everything: its one choice stays, whoever answers.
    const isPaused = (frame.owner === "worker" && !this.#now.silent) || this.#now.closed;
    this.rests(frame);
    this.root.classList.toggle("with-person", isPaused);
    if (isPaused) this.#clearAsk();
    if (this.#now.closed) this.connection.letGo();
    this.dock.draw(this.#now);
    if (this.ask.root.hidden) look(this);
  }

  #lineChanged(isOpen) {
    this.#break[isOpen ? "end" : "begin"]();
    if (!isOpen) this.outbox.lineLost();
    this.#stand();
  }

  #stand() {
    const { silent } = this.#now;
    const key = standing({
      ...this.#status, silent, worker: this.#presence, isLost: this.#break.isLong, isLate: this.outbox.isLate,
    });
    const isNews = this.dock.say(key === "text" ? this.#status.text : this.words.text(key));
    // The dock has grown or shrunk: without a question the last line would be under it.
    if (isNews && this.ask.root.hidden) look(this);
  }
}
