// Makes elements. Text goes in as text only: nothing here reads markup.

// A run of digits with its separators; right-to-left text would turn it round, and it may not be
// broken over two lines. Longer runs than a telephone number are left to flow.
const NUMBER = /(\+?\d[\d\u00a0 ().\-\u2013]{1,22}\d)/;

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function button(label, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

/** Fills an element with text in which every number keeps its order. */
export function fill(element, text) {
  element.replaceChildren(
    ...String(text).split(NUMBER).map((part, at) => (at % 2 ? make("bdi", { dir: "ltr" }, part) : part)),
  );
  return element;
}

/** A random id, also where the page is not on a secure origin (a demo on a local network). */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Milliseconds to wait before the next try: doubling, never in step with other pages. */
export function backOff(tries) {
  const most = Math.min(30000, 500 * 2 ** tries);
  return most * (0.5 + Math.random() / 2);
}
