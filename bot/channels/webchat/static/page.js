// The neutral page and its one Continue. The talk opens in its place, without a step in the history,
// and whatever ends it (leaving, resting, Back) puts the neutral page there again.
import { newId } from "./make.js";
import { watchLeaving } from "./leave.js";
import { watchRest } from "./rest.js";
import { Talk } from "./talk.js";
import { Words } from "./words.js";

const { tenant } = document.body.dataset;
const neutral = document.querySelector("main.first")?.cloneNode(true);
const words = new Words(tenant, neutral);
const languages = [...(neutral?.querySelectorAll("[name=language]") ?? [])].map((each) => ({
  code: each.value, name: each.textContent, dir: each.dir,
}));
let talk = null;
let rest = null;
let idleLimit; // seconds; what the server last said

function end(last) {
  rest?.stop();
  talk?.end(last);
  rest = talk = null;
  words.forget();
}

/** Takes everything out of the page; what a posted page shows is taken out as well. */
function wipe() {
  end();
  document.querySelector("main")?.replaceChildren();
}

function veil() {
  wipe();
  if (!neutral) return location.replace(location.pathname);
  document.querySelector("main")?.replaceWith(neutral.cloneNode(true));
  scrollTo(0, 0);
}

async function changeLanguage(lang) {
  const { dir } = languages.find((each) => each.code === lang);
  if (await words.load(lang)) words.place(dir);
}

async function begin(form) {
  const status = form.querySelector("[role=status]");
  const slow = setTimeout(() => (status.hidden = false), 1000);
  const { lang } = document.documentElement;
  talk = new Talk({
    tenant, title: document.querySelector("h1").textContent, words, languages,
    over: veil, rests: ({ idle }) => {
      idleLimit = idle ?? idleLimit;
      rest?.limit(idleLimit);
    },
  });
  const mine = talk;
  mine.start(lang);
  const ready = await words.load(lang);
  clearTimeout(slow);
  if (!ready || talk !== mine) return;
  document.querySelector("main").replaceWith(mine.root);
  rest = watchRest(veil);
  rest.limit(idleLimit);
  scrollTo(0, 0);
  setTimeout(() => talk === mine && mine.show(), 50);
}

watchLeaving(() => end({ type: "exit", id: newId() }));

document.addEventListener("submit", (event) => {
  if (!event.target.closest("main.first")) return;
  event.preventDefault();
  if (event.submitter?.name === "language") changeLanguage(event.submitter.value);
  else if (!talk) begin(event.target);
});

addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => {
  if (event.persisted) veil();
});
