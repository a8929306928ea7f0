// How things stand, as the key of one line of words; and where the eye is put.

const PATIENCE = 2500; // a break shorter than this is not worth a word

/** Whether the line has been gone for so long that it must be said. */
export class Break {
  isLong = false;

  constructor(told) {
    this.told = told;
  }

  begin() {
    this.timer ??= setTimeout(() => this.#last(), PATIENCE);
  }

  end() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isLong = false;
  }

  #last() {
    this.isLong = true;
    this.told();
  }
}

/** The most pressing truth first. Quiet pages say nothing of who waits or who is there. */
export function standing({ owner, staffed, wasEmpty, text, silent, worker, isLost, isLate }) {
  if (isLost) return "page.offline";
  if (silent) return isLate ? "page.not-sent" : "";
  if (owner === "closed") return "page.closed";
  if (owner === "worker") return worker && (worker === "here" ? "page.here" : "page.away");
  if (text) return "text";
  if (owner !== "queue") return wasEmpty && staffed ? "page.staffed" : "";
  return staffed === false ? "page.unstaffed" : "page.waiting";
}

/** Puts what was said last where the eye rests: a third of the way down. What does not fit there
    begins with what was said before the question, else with the question, so that choices are in
    view; without either it ends at the dock. */
export function look({ lines, ask, dock, root }) {
  const first = lines.newest ?? lines.root.lastElementChild;
  if (!first) return;
  const isOpen = !ask.root.hidden;
  const top = first.getBoundingClientRect().top;
  const bottom = (isOpen ? ask.root : lines.root).getBoundingClientRect().bottom;
  const room = innerHeight - dock.covers;
  const spare = room - 24 - (bottom - top);
  const said = spare < 0 && justSaid(lines.root);
  if (said) return goTo(scrollY + said.getBoundingClientRect().top - 24);
  const isLast = spare < 0 || !dock.stays || root.classList.contains("with-person");
  if (!isOpen && isLast) return goTo(root.scrollHeight);
  if (spare < 0) return goTo(scrollY + lead(lines, room) - 12);
  goTo(scrollY + top - Math.max(24, (spare + 24) / 3));
}

// The first of our newest lines, where they say more than their question: what exit does, whom to call.
function justSaid(root) {
  const isOurs = (line) => line?.matches(".bot.now");
  let from = root.lastElementChild;
  if (!isOurs(from)) return null;
  while (isOurs(from.previousElementSibling)) from = from.previousElementSibling;
  return from.querySelector("h2") ? null : from;
}

// Where the question begins, unless what was said after it would then be out of sight.
function lead(lines, room) {
  const last = lines.root.lastElementChild;
  const from = (lines.question ?? last).getBoundingClientRect().top;
  const { top, bottom } = last.getBoundingClientRect();
  return bottom - from > room - 12 ? top : from;
}

function goTo(top) {
  scrollTo({ top, behavior: "instant" });
}
