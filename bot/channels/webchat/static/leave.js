// Leaving: by a press, or by Shift three times alone within five seconds. The screen is covered
// first; telling the server and going away come after, and neither is waited for.

const PRESSES = 3;
const WITHIN = 5000;

/** Wires every way out. `before` is called once the screen is covered, to end the talk. */
export function watchLeaving(before) {
  const go = () => leave(before);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("a.leave")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    go();
  }, true);
  document.addEventListener("keyup", countShift(go), true);
}

function leave(before) {
  const { tenant, to, leaving } = document.body.dataset;
  cover(leaving);
  try {
    before();
    fetch(`/c/${tenant}/exit`, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
  } finally {
    location.replace(to);
  }
}

function cover(leaving) {
  const line = document.createElement("p");
  line.className = "unseen";
  line.setAttribute("role", "alert");
  document.body.replaceChildren(line);
  document.body.classList.add("left");
  line.textContent = leaving;
}

// As GOV.UK counts: Shift as a modifier does not count, any other key starts again.
function countShift(go) {
  let presses = 0;
  let timer;
  let modified = false;
  const reset = () => {
    clearTimeout(timer);
    presses = 0;
    mark(0);
  };
  return (event) => {
    if (event.key === "Shift" && !modified) {
      presses += 1;
      mark(presses);
      clearTimeout(timer);
      if (presses >= PRESSES) return go();
      timer = setTimeout(reset, WITHIN);
    } else if (presses) {
      reset();
    }
    modified = event.shiftKey;
  };
}

function mark(presses) {
  const link = document.querySelector("a.leave:not(.first)");
  if (link) link.dataset.presses = presses;
}
