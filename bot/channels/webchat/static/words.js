// The page's own words, fetched when they are needed and held in memory only.
import { backOff } from "./make.js";

export class Words {
  #texts = {};
  #wanted = 0;

  /** `kept` is a part of the page that is out of sight for now, and changes its words with it. */
  constructor(tenant, kept) {
    this.tenant = tenant;
    this.parts = kept ? [document, kept] : [document];
    this.lang = document.documentElement.lang;
  }

  text(key) {
    return this.#texts[key] ?? "";
  }

  /** Fetches a language, trying until it comes. False when another was asked for meanwhile. */
  async load(lang) {
    const turn = ++this.#wanted;
    for (let tries = 0; turn === this.#wanted; tries += 1) {
      const texts = await this.#fetch(lang);
      if (turn !== this.#wanted) return false;
      if (texts) {
        this.#texts = texts;
        this.lang = lang;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, backOff(tries)));
    }
    return false;
  }

  forget() {
    this.#wanted += 1;
    this.#texts = {};
  }

  /** Puts the words in their places on the page, and turns the page their way. */
  place(dir) {
    document.documentElement.lang = this.lang;
    document.documentElement.dir = dir;
    for (const part of this.parts) this.#placeIn(part);
    for (const small of document.querySelectorAll(".leave small")) {
      small.hidden = this.lang.split("-")[0] === "en";
    }
    document.body.dataset.leaving = this.text("page.leaving");
  }

  #placeIn(part) {
    for (const element of part.querySelectorAll("[data-word]")) {
      const text = this.text(element.dataset.word);
      if (text) element.textContent = text;
    }
    for (const tongue of part.querySelectorAll("[name=language]")) {
      if (tongue.value === this.lang) tongue.setAttribute("aria-current", "true");
      else tongue.removeAttribute("aria-current");
    }
  }

  async #fetch(lang) {
    try {
      const answer = await fetch(`/c/${this.tenant}/words/${lang}.json`, { cache: "no-store" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}
