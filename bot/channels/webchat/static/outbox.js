// What has been sent and not yet acknowledged. Each thing keeps its id for good, so that sending it
// again is never saying it twice. It says "sent" only for what the server has recorded.
import { newId } from "./make.js";

const LATE = 6000;

export class Outbox {
  #waiting = new Map();

  constructor({ deliver, doubt, changed }) {
    this.deliver = deliver;
    this.doubt = doubt;
    this.changed = changed;
  }

  get isLate() {
    return [...this.#waiting.values()].some((item) => item.late);
  }

  put(frame) {
    const item = { frame: { ...frame, id: newId() }, late: false };
    this.#waiting.set(item.frame.id, item);
    return item.frame.id;
  }

  send(id) {
    const item = this.#waiting.get(id);
    if (!item) return;
    if (!this.deliver(item.frame)) this.#markLate(id);
    clearTimeout(item.timer);
    item.timer = setTimeout(() => this.#overdue(id), LATE);
  }

  /** It could not be recorded now: it is tried again, and not called sent meanwhile. */
  retry(id) {
    const item = this.#waiting.get(id);
    if (!item) return;
    this.#markLate(id);
    clearTimeout(item.timer);
    item.timer = setTimeout(() => this.send(id), LATE);
  }

  sendAll() {
    for (const id of this.#waiting.keys()) this.send(id);
  }

  /** The line is gone: nothing that waits may still be called "sending". */
  lineLost() {
    for (const id of this.#waiting.keys()) this.#markLate(id);
  }

  /** Acknowledged or refused: either way it will not be sent again. Returns the frame, once. */
  settle(id) {
    const item = this.#waiting.get(id);
    if (!item) return undefined;
    clearTimeout(item.timer);
    this.#waiting.delete(id);
    return item.frame;
  }

  forget() {
    for (const item of this.#waiting.values()) clearTimeout(item.timer);
    this.#waiting.clear();
  }

  #overdue(id) {
    const item = this.#waiting.get(id);
    if (!item) return;
    this.#markLate(id);
    this.doubt();
    item.timer = setTimeout(() => this.#overdue(id), LATE);
  }

  #markLate(id) {
    const item = this.#waiting.get(id);
    if (item.late) return;
    item.late = true;
    this.changed(id);
  }
}
