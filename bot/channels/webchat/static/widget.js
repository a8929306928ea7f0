// The button for another site's page: <frontdoor-chat tenant="llr"></frontdoor-chat>.
// The host's page carries only the button. Nothing is loaded before the press, and nothing is ever
// said inside the host's page, where its scripts could read along: the press goes to our own page.
//
// Attributes: tenant (required), label (the words on the button).
// Properties for the host's style sheet: --frontdoor-ink, --frontdoor-paper, --frontdoor-line,
// --frontdoor-radius, --frontdoor-font.

const NAME = "frontdoor-chat";
const HOME = new URL(import.meta.url).origin;
const STYLE = `
  :host { display: inline-block; }
  :host([hidden]) { display: none; }
  button {
    min-block-size: 48px; min-inline-size: 48px; padding: 10px 20px; cursor: pointer;
    font: 600 1.1rem/1.4 var(--frontdoor-font, system-ui, sans-serif); text-align: center;
    color: var(--frontdoor-ink, #25221d); background: var(--frontdoor-paper, #fbf8f2);
    border: 2px solid var(--frontdoor-line, #544e44); border-radius: var(--frontdoor-radius, 12px);
  }
  button:focus-visible { outline: 4px solid currentcolor; outline-offset: 3px; }
`;

function sheet() {
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  return style;
}

class FrontDoorChat extends HTMLElement {
  static observedAttributes = ["label"];
  #button = document.createElement("button");

  constructor() {
    super();
    const root = this.attachShadow({ mode: "closed", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet()];
    this.#button.type = "button";
    this.#button.addEventListener("click", () => this.#open());
    root.append(this.#button);
  }

  connectedCallback() {
    this.#name();
  }

  attributeChangedCallback() {
    this.#name();
  }

  #name() {
    this.#button.textContent = this.getAttribute("label") || "Write to us";
  }

  // The host's page gives up its place in the tab: after the exit, Back does not find it.
  #open() {
    const tenant = this.getAttribute("tenant") ?? "";
    if (/^[a-z0-9][a-z0-9-]*$/.test(tenant)) location.replace(`${HOME}/c/${tenant}`);
  }
}

// Pasted twice, or beside another copy, the first one stands.
if (!customElements.get(NAME)) customElements.define(NAME, FrontDoorChat);
