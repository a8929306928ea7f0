// Single keys, each shown beside what it does. Nothing fires while somebody types, and they can be
// switched off (a speech user's words are keys too).
import { toggle } from "./alarm.js";

export class Keys {
  constructor(live) {
    this.live = live;
    this.button = document.getElementById("keys");
    toggle(this.button, "desk.keys", "on");
    addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (key === "Escape") return leave(target);
    if (this.button.getAttribute("aria-pressed") !== "true" || isTyping(target)) return;
    const act = ACTS[key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  e: () => document.querySelector(".alarm a")?.click(),
  n: () => document.querySelector('[data-key="n"]')?.click(),
  o: () => unfold("offering", "to"),
  c: () => document.querySelector('[data-key="c"]')?.click(),
  g: () => document.querySelector('[data-key="g"]')?.click(),
  r: () => document.getElementById("text")?.focus(),
  t: () => document.querySelector(".talk")?.focus(),
  w: () => document.querySelector(".know .scroll")?.focus(),
  p: () => unfoldPhrases(),
  x: () => unfold("closing", "outcome"),
  s: () => unfold("contact", "reason"),
};

function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]");
}

/** The next or previous row gets the focus; Enter opens it, for opening is recorded. */
function step(by) {
  const rows = [...document.querySelectorAll(".who .row")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = from < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, from + by));
  rows[next].focus();
}

function unfoldPhrases() {
  const fold = document.getElementById("phrases");
  if (!fold) return;
  fold.open = true;
  fold.querySelector("button")?.focus();
}

function unfold(id, field) {
  const fold = document.getElementById(id);
  if (!fold) return;
  fold.open = true;
  document.getElementById(field).focus();
}

function leave(target) {
  const fold = target.closest?.("details[open]");
  if (fold) {
    fold.open = false;
    fold.querySelector("summary").focus();
  } else if (isTyping(target)) {
    document.querySelector(".talk")?.focus();
  }
}
