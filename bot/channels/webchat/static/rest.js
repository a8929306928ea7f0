// Notices that nobody has touched the page for a while, a sleeping phone included.

const SIGNS = ["pointerdown", "keydown", "input", "wheel"];
const LIMIT = 30 * 60; // seconds, unless the server says another

export function watchRest(veil) {
  let limit = LIMIT;
  let last = Date.now();
  let timer;
  const check = () => {
    const left = limit * 1000 - Math.abs(Date.now() - last);
    clearTimeout(timer);
    if (left <= 0) return veil();
    timer = setTimeout(check, left);
  };
  const touched = () => {
    // A touch after the limit may be somebody else's: it must not save the page.
    check();
    last = Date.now();
  };
  for (const sign of SIGNS) addEventListener(sign, touched, { capture: true, passive: true });
  document.addEventListener("visibilitychange", check);
  check();
  return {
    limit(seconds) {
      if (seconds) limit = seconds;
      check();
    },
    stop() {
      clearTimeout(timer);
      for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
      document.removeEventListener("visibilitychange", check);
    },
  };
}
