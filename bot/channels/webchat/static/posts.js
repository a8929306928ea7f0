// A line without a socket: each thing goes by a post, and a post that brings nothing waits there for
// what is new. To the connection it looks like a socket; every post says hello, and so goes on.

const HELD = 30000; // longer than the server holds one
const AGAIN = 500; // rest between two posts, so that a server in trouble is not run over

export class PostedLine {
  #waiting = [];
  #flight = null;
  #over = false;
  #talk;
  #held;

  constructor(address, hello) {
    this.address = address;
    this.hello = hello;
    queueMicrotask(() => this.onopen());
  }

  /** The connection's own hello is what every post begins with. */
  send(text) {
    if (this.#over) return;
    if (JSON.parse(text).type !== "hello") this.#waiting.push(text);
    this.#go();
  }

  close() {
    this.#over = true;
    this.#flight?.abort();
  }

  async #go() {
    this.#flight?.abort();
    const flight = new AbortController();
    this.#flight = flight;
    const late = setTimeout(() => flight.abort("late"), HELD);
    const posted = this.#waiting;
    try {
      const body = `[${[JSON.stringify(this.hello()), ...posted].join(",")}]`;
      const answer = await fetch(this.address, { method: "POST", body, signal: flight.signal });
      if (!answer.ok) throw new Error(answer.status);
      const frames = await answer.json();
      if (this.#over || flight !== this.#flight) return;
      this.#waiting = this.#waiting.filter((each) => !posted.includes(each));
      this.#tell(frames);
    } catch {
      // Another thing was said meanwhile: that post brings this one's along.
      if (this.#over || flight !== this.#flight) return;
      return this.#lost();
    } finally {
      clearTimeout(late);
    }
    if (!this.#over) setTimeout(() => flight === this.#flight && this.#go(), AGAIN);
  }

  // Only the first welcome is news. One that names another talk means that an answer went missing:
  // the line is given up, and the next one asks for that talk whole.
  #tell(frames) {
    const [first, ...rest] = frames;
    const isFirst = this.#talk === undefined;
    if (first?.type === "welcome") {
      if (!isFirst && (first.talk !== this.#talk || first.after !== this.#held)) return this.#lost();
      this.#see(first);
    }
    const told = isFirst || first?.type !== "welcome" ? frames : rest;
    for (const frame of told) {
      if (frame.type === "welcome") this.#see(frame);
      this.onmessage({ data: JSON.stringify(frame) });
    }
  }

  #see(welcome) {
    this.#talk = welcome.talk;
    this.#held = welcome.after;
  }

  #lost() {
    this.#over = true;
    this.onclose();
  }
}
