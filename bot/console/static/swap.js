// Puts fresh content into a part of the page without moving the focus, the scroll, what is open or
// what is half filled in. A part in which somebody is marking text waits until they are done.

const shown = new WeakMap();

/** `anchor` is a row that stays where it is on the screen, whatever comes above it. */
export function swap(part, fresh, anchor) {
  if (!part || !fresh) return;
  const html = fresh.innerHTML;
  if (shown.get(part) === html) return;
  if (isMarked(part)) {
    document.addEventListener("selectionchange", () => swap(part, fresh, anchor), { once: true });
    return;
  }
  shown.set(part, html);
  const kept = remember(part);
  const id = anchor?.id || part.querySelector("[aria-current]")?.id;
  const before = id ? document.getElementById(id)?.getBoundingClientRect().top : undefined;
  part.replaceChildren(...document.importNode(fresh, true).childNodes);
  restore(part, kept);
  const after = id ? document.getElementById(id)?.getBoundingClientRect().top : undefined;
  if (before !== undefined && after !== undefined) part.scrollTop += after - before;
}

function isMarked(part) {
  const marked = getSelection();
  return marked && !marked.isCollapsed && part.contains(marked.anchorNode);
}

function remember(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const fields = [...part.querySelectorAll("[id]:is(input, select, textarea)")].map((f) => [f.id, f.value]);
  const open = [...part.querySelectorAll("details[id][open]")].map((d) => d.id);
  return { focused, fields, open, top: part.scrollTop };
}

function restore(part, { focused, fields, open, top }) {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of fields) {
    const field = document.getElementById(id);
    if (field && part.contains(field)) field.value = value;
  }
  part.scrollTop = top;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
