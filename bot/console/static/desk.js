// The desk, kept fresh. Everything here also works by plain forms and by loading the page again.
import { Alarm } from "./alarm.js";
import { Keys } from "./keys.js";
import { Moves } from "./moves.js";
import { seeInPlace } from "./seen.js";
import { swap } from "./swap.js";

const STILL = 1500; // nothing moves under a hand that moved this lately
const TICK = 15000;

class DeskLive extends HTMLElement {
  #busy = new Map();
  #stirred = 0;
  #held;
  #atEnd = true;

  connectedCallback() {
    this.home = this.dataset.home;
    this.open = this.dataset.open;
    // After signing in again, the page stands at another address than its own.
    if (location.pathname !== this.dataset.address) history.replaceState(null, "", this.dataset.address);
    this.piece = (name) => document.querySelector(`[data-part="${name}"]`);
    this.alarm = new Alarm(this.piece("alarm"));
    this.moves = new Moves(this);
    new Keys(this);
    seeInPlace(this.piece("alarm"), this.moves);
    this.#follow();
    this.#listen();
    setInterval(() => tick(), TICK);
  }

  /** The stream names what is out of date; the browser opens it again after a break. */
  #listen() {
    const query = this.open ? `?case=${this.open}` : "";
    const source = new EventSource(`${this.home}/live${query}`);
    const state = document.querySelector(".line-state");
    source.addEventListener("open", () => (state.hidden = true));
    source.addEventListener("queue", () => this.#refresh("queue", () => this.#readQueue()));
    source.addEventListener("case", () => this.readCase());
    source.addEventListener("ended", () => this.#over(source));
    source.addEventListener("error", () => {
      state.hidden = false;
      // A refused stream is not tried again by itself: ask by a page whether the session stands.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#retry(source), 3000);
    });
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  async #retry(source) {
    source.close();
    try {
      const response = await fetch(`${this.home}/queue`, { headers: { Accept: "text/html" } });
      if (response.status === 401) return this.#over(source);
    } catch {
      // Not reachable yet.
    }
    this.#listen();
  }

  /** The session is over: what was half written goes along to the sign-in page, unsent. */
  #over(source) {
    source.close();
    this.moves.keep();
  }

  readCase() {
    return this.#refresh("case", () => this.#readCase());
  }

  /** One reading of a kind at a time; what comes meanwhile is read once more after it. */
  async #refresh(kind, read) {
    if (this.#busy.has(kind)) return this.#busy.set(kind, true);
    this.#busy.set(kind, false);
    try {
      await read();
    } catch {
      // The stream comes back by itself, and names everything again.
    }
    const again = this.#busy.get(kind);
    this.#busy.delete(kind);
    if (again) await this.#refresh(kind, read);
  }

  async #readQueue() {
    const fresh = await this.#fetch(`${this.home}/queue?open=${this.open}`);
    if (!fresh) return;
    this.alarm.show(fresh.querySelector('[data-part="alarm"]'));
    swap(this.piece("told"), fresh.querySelector('[data-part="told"]'));
    const list = fresh.querySelector('[data-part="queue"]');
    clearTimeout(this.#held);
    this.#whenStill(() => swap(this.piece("queue"), list, document.activeElement?.closest?.(".row")));
  }

  /** Nothing moves under the hand: a list is changed when the pointer and the keys have rested. */
  #whenStill(change) {
    const rest = STILL - (Date.now() - this.#stirred);
    document.querySelector(".who .fresh").hidden = rest <= 0;
    if (rest > 0) this.#held = setTimeout(() => this.#whenStill(change), rest);
    else change();
    document.querySelector(".who .fresh button").onclick = () => {
      this.#stirred = 0;
      clearTimeout(this.#held);
      this.#whenStill(change);
    };
  }

  async #readCase() {
    if (!this.open) return;
    const lines = this.piece("lines");
    const query = `after=${lines.dataset.after}&stamp=${lines.dataset.stamp}`;
    const fresh = await this.#fetch(`${this.home}/cases/${this.open}/now?${query}`);
    if (!fresh) return;
    for (const name of ["standing", "known", "beside", "truth"]) {
      swap(this.piece(name), fresh.querySelector(`[data-part="${name}"]`));
    }
    this.#append(lines, fresh.querySelector('[data-part="lines"]'));
    this.moves.stand(fresh.querySelector('[data-part="dock"]'));
  }

  /** New lines by their number, each once, each said once. */
  #append(lines, fresh) {
    const scroll = lines.parentElement;
    lines.dataset.stamp = fresh.dataset.stamp;
    for (const line of [...fresh.children]) {
      if (Number(line.dataset.seq) <= Number(lines.dataset.after)) continue;
      lines.dataset.after = line.dataset.seq;
      lines.append(line);
      this.#say(line);
      if (line.classList.contains("worker")) this.#atEnd = true;
    }
    if (this.#atEnd) scroll.scrollTop = scroll.scrollHeight;
    // Where the page itself scrolls, on a telephone, nothing is moved: the edge tells.
    document.querySelector(".below").hidden = isInView(lines.lastElementChild);
  }

  #say(line) {
    const said = document.createElement("p");
    const words = line.querySelector(".said");
    said.textContent = `${line.querySelector(".by span").textContent}: ${words.textContent}`;
    said.lang = words.lang;
    const log = document.getElementById("heard");
    log.append(said);
    while (log.childElementCount > 5) log.firstElementChild.remove();
  }

  /** The end of the talk is in view at first, and stays so until somebody scrolls up. */
  #follow() {
    const scroll = document.querySelector(".talk");
    const who = document.querySelector(".who");
    for (const kind of ["pointermove", "pointerdown", "wheel", "keydown"]) {
      who.addEventListener(kind, () => (this.#stirred = Date.now()), { passive: true });
    }
    if (!scroll) return;
    scroll.scrollTop = scroll.scrollHeight;
    const below = document.querySelector(".below");
    below.querySelector("button").onclick = () => {
      scroll.querySelector(".line:last-child").scrollIntoView({ block: "center" });
      below.hidden = true;
    };
    scroll.addEventListener("scroll", () => {
      this.#atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
      if (this.#atEnd) below.hidden = true;
    });
    // When the box below grows or shrinks, the last line stays in view.
    new ResizeObserver(() => this.#atEnd && (scroll.scrollTop = scroll.scrollHeight)).observe(scroll);
  }

  async #fetch(address) {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (response.status === 401) return this.moves.keep();
    if (response.status === 404 && address.includes("/cases/")) return location.replace(this.home);
    // Another holds it now, and it is not open to this person without a reason: the page asks for it.
    if (response.status === 403 && address.includes("/cases/")) return location.reload();
    if (response.status !== 200) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }
}

function isInView(line) {
  const frame = line.closest(".talk").getBoundingClientRect();
  return line.getBoundingClientRect().bottom <= Math.min(frame.bottom, innerHeight) + 60;
}

/** Waiting times go on between two readings. */
function tick() {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000));
    const hours = Math.floor(minutes / 60);
    const text =
      minutes < 1 ? "<1 min"
      : minutes < 60 ? `${minutes} min`
      : hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, "0")}`
      : `${Math.floor(hours / 24)} days`;
    if (time.textContent !== text) time.textContent = text;
  }
}

customElements.define("desk-live", DeskLive);
