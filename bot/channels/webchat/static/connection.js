// The line: says hello, goes on where it was after every break, and never gives up by itself. It is
// a socket, or posts where no socket gets through: some networks let none.
// What lets it go on is a token held in memory alone, so it dies with the page.
import { backOff } from "./make.js";
import { PostedLine } from "./posts.js";

const OPENING = 10000; // longest wait for the welcome
const SILENCE = 12000; // nothing heard while an answer is owed: the line is dead

export class Connection {
  #socket = null;
  #token;
  #language;
  #after = 0;
  #held = false; // lines are held back: whatever is answered meanwhile, they are asked for again
  #ahead = new Set();
  #tries = 0;
  #hadSocket = false;
  #timer;
  #heard = 0;
  #beat = 0;
  #beats = false;
  #talk;
  #open = false;
  #over = false;
  #isLast = false;

  constructor(tenant, { frame, changed }) {
    this.frame = frame;
    this.changed = changed;
    this.posts = `/c/${tenant}/line`;
    this.address = new URL(`/ws/chat/${tenant}`, location.href);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
  }

  start(language) {
    this.#language = language;
    this.#connect();
  }

  /** The end of the unbroken run of lines that the page has shown. */
  get after() {
    return this.#after;
  }

  get isOpen() {
    return this.#open;
  }

  send(frame) {
    if (!this.#open) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** A line of the talk is here; false when it was here before. Only the unbroken run from 1 is
      told to the server as seen, because an ack may overtake a message. */
  saw(seq) {
    if (seq <= this.#after || this.#ahead.has(seq)) return false;
    this.#ahead.add(seq);
    while (this.#ahead.delete(this.#after + 1)) this.#after += 1;
    return true;
  }

  /** An answer is overdue: take a new line if this one has been silent as well. */
  doubt() {
    if (this.#open && performance.now() - this.#heard > SILENCE) this.#lost(this.#socket);
  }

  /** The server could not do it now: take a new line in a while, with the same token. */
  again() {
    this.#lost(this.#socket);
  }

  /** Nothing more is expected: when the line goes, it stays gone. */
  letGo() {
    this.#isLast = true;
  }

  /** Ends it for good and forgets the token. */
  end(last) {
    if (last) this.send(last);
    this.#over = true;
    this.#open = false;
    this.#token = undefined;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#socket?.close();
    this.#socket = null;
  }

  #connect() {
    clearTimeout(this.#timer);
    if (this.#over) return;
    const socket = this.#make();
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket), OPENING);
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = () => this.#lost(socket);
  }

  // Socket and posts take turns; a socket that once stood is tried a few times by itself.
  #make() {
    const byPosts = this.#tries % 2 === 1 && (!this.#hadSocket || this.#tries > 3);
    return byPosts ? new PostedLine(this.posts, () => this.#hello()) : new WebSocket(this.address);
  }

  #hello() {
    if (!this.#token) return { type: "hello", language: this.#language };
    return { type: "hello", resume: this.#token, after: this.#held ? 0 : this.#after };
  }

  #receive(data) {
    const frame = JSON.parse(data);
    this.#heard = performance.now();
    if (frame.type === "welcome" && !this.#welcome(frame)) return;
    this.#beats ||= frame.type === "beat";
    if (this.#open && this.#beats) this.#listen();
    this.frame(frame);
  }

  // A welcome on an open line, or one that names another talk, begins a talk of its own (another
  // door): its lines count from 1. If it began while the line was broken, it is asked for whole.
  #welcome(frame) {
    const missed = !this.#open && this.#after > 0 && frame.talk !== this.#talk;
    frame.isOther = this.#open || missed;
    if (frame.isOther) {
      this.#after = 0;
      this.#ahead.clear();
    }
    this.#held = Boolean(frame.after);
    this.#after = Math.max(this.#after, frame.after ?? 0); // what is held back is not waited for
    this.#talk = frame.talk;
    this.#token = frame.resume;
    if (missed) {
      this.frame(frame);
      this.again();
      return false;
    }
    this.#beat = frame.beat ?? 0;
    this.#hadSocket ||= this.#socket instanceof WebSocket;
    this.#open = true;
    this.#tries = 0;
    clearTimeout(this.#timer);
    this.changed(true);
    return true;
  }

  // A server that is heard every `beat` seconds is missed when it is not.
  #listen() {
    const socket = this.#socket;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(socket), this.#beat * 2500);
  }

  #lost(socket) {
    if (socket !== this.#socket || this.#over) return;
    this.#socket = null;
    this.#open = false;
    socket.close();
    clearTimeout(this.#timer);
    if (this.#isLast) return;
    this.#timer = setTimeout(() => this.#connect(), this.#pause());
    this.#tries += 1;
    this.changed(false);
  }

  // Where no socket ever stood, posts follow at once upon one that failed: the two are one try.
  #pause() {
    if (this.#hadSocket) return backOff(this.#tries);
    return this.#tries % 2 === 0 ? 200 : backOff(this.#tries / 2);
  }

  #hurry = () => {
    if (!this.#socket && !this.#over && !this.#isLast && !document.hidden) this.#connect();
  };
}
