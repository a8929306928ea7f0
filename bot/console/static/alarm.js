// An emergency, or a case whose worker has gone, makes itself noticed: at the top edge, aloud to a screen reader, by a mark in the
// title, and by a soft tone or a notice where the person switched these on. None of these says anything of it.
import { swap } from "./swap.js";

const MARK = "\u25cf ";

export class Alarm {
  #known = new Set();
  #context;

  constructor(part) {
    this.part = part;
    this.title = document.title;
    this.sound = document.getElementById("sound");
    document.querySelector(".switches").hidden = false;
    this.notices = document.getElementById("notices");
    toggle(this.sound, "desk.sound", "off", () => this.#wake());
    toggle(this.notices, "desk.notices", "off", () => this.#ask());
    // A browser lets a page sound only after a press; the first one serves.
    addEventListener("pointerdown", () => this.#wake(), { once: true });
    addEventListener("keydown", () => this.#wake(), { once: true });
    this.#notice(names(part), { isFirst: true });
  }

  /** Take a fresh alarm; only what is new is told. */
  show(fresh) {
    if (!fresh) return;
    const now = names(fresh);
    // The region speaks whenever it changes, so it is left alone while it says the same.
    if (now.join() !== [...this.#known].join()) swap(this.part, fresh);
    this.#notice(now, {});
  }

  #notice(now, { isFirst }) {
    const isNew = now.some((name) => !this.#known.has(name));
    this.#known = new Set(now);
    document.title = now.length ? MARK + this.title : this.title;
    if (!isNew || isFirst) return;
    if (isOn(this.sound)) this.#ring();
    if (isOn(this.notices) && document.hidden) this.#notify();
  }

  /** The browser asks, and only because somebody pressed. */
  #ask() {
    if (isOn(this.notices)) globalThis.Notification?.requestPermission?.();
  }

  /** It stands on a locked screen: the page's own name, and nothing else. */
  #notify() {
    if (globalThis.Notification?.permission !== "granted") return;
    const notice = new Notification(this.title, { tag: "desk", silent: true });
    notice.onclick = () => {
      focus();
      notice.close();
    };
  }

  #wake() {
    if (!isOn(this.sound)) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
  }

  #ring() {
    this.#wake();
    const at = this.#context.currentTime;
    [523, 659].forEach((pitch, index) => {
      const tone = this.#context.createOscillator();
      const level = this.#context.createGain();
      const begin = at + index * 0.25;
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, begin);
      level.gain.linearRampToValueAtTime(0.15, begin + 0.03);
      level.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
      tone.connect(level).connect(this.#context.destination);
      tone.start(begin);
      tone.stop(begin + 0.55);
    });
  }
}

function isOn(button) {
  return button.getAttribute("aria-pressed") === "true";
}

/** A switch whose position this browser remembers; it holds no content. */
export function toggle(button, name, first, changed = () => {}) {
  const read = () => {
    try {
      return localStorage.getItem(name) ?? first;
    } catch {
      return first;
    }
  };
  button.setAttribute("aria-pressed", String(read() === "on"));
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    try {
      localStorage.setItem(name, isOn ? "on" : "off");
    } catch {
      // Then it is forgotten with the page.
    }
    changed();
  });
}

// All of them: only the first few have a link.
function names(part) {
  return [...part.querySelectorAll("[data-cases]")].flatMap((told) => told.dataset.cases.split(" "));
}
