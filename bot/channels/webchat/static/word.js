// Where a word is chosen to come back with ("words"), or given that was chosen before ("word").
// A field for passwords would be offered to be saved: this one is veiled by its style alone.
import { button, make } from "./make.js";

export function wordFold(name, words, give) {
  const say = (key) => words.text(`page.${key}`);
  const field = (key) => make("input", {
    class: "veiled", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 100,
    dir: "auto", "aria-label": say(key), placeholder: say(key),
  });
  const word = field("words.word");
  const other = name === "words" ? field("words.other") : null;
  const send = () => give({ type: name, word: word.value, ...(other && { other: other.value }) }, say("words"));
  const go = button(say(other ? "words.keep" : "word.go"), send);
  const parts = other ? [make("p", {}, say("words.why")), word, make("p", {}, say("words.other.why")), other] : [word];
  const root = make("details", {}, make("summary", {}, say(name)), make("div", { class: "word" }, ...parts, go));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    // The button closes the panel around it, and the key would then press what has the focus.
    event.preventDefault();
    go.click();
  });
  return root;
}
