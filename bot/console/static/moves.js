// Moves of the case that is open. A move that may or may not have arrived is sent again under the
// same id, so it is made once. What was written leaves the box only when it is committed.

const WAITS = [500, 1500, 4000];

export class Moves {
  constructor(live) {
    this.live = live;
    this.dock = document.querySelector('[data-part="dock"]');
    this.refused = document.getElementById("refused");
    for (const part of [this.dock, document.querySelector('[data-part="beside"]')]) {
      part?.addEventListener("submit", (event) => {
        event.preventDefault();
        // A phrase is put into the box, and never sent by itself.
        if (event.submitter?.dataset.phrase) return putPhrase(event.submitter);
        this.#make(event.target);
      });
    }
    this.dock?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
    });
  }

  /** The person's standing has changed: other things can be done now. What is written stays. */
  stand(fresh) {
    if (!fresh || fresh.dataset.standing === this.dock.dataset.standing) return;
    const draft = document.getElementById("text")?.value || document.getElementById("kept")?.value || "";
    const hadFocus = this.dock.contains(document.activeElement);
    this.dock.dataset.standing = fresh.dataset.standing;
    this.dock.replaceChildren(...document.importNode(fresh, true).childNodes);
    const box = document.getElementById("text");
    if (box) box.value = draft;
    else if (draft.trim()) this.#holdOut(draft);
    if (hadFocus) (box || this.dock.querySelector("button, a, summary") || document.getElementById("talk")).focus();
  }

  /** To the sign-in page with what is half written: it comes back, and nothing is sent. */
  keep() {
    const form = document.createElement("form");
    form.method = "post";
    form.action = `${this.live.home}/keep`;
    const text = document.getElementById("text")?.value || "";
    for (const [name, value] of Object.entries({ reference: this.live.open, text })) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    form.submit();
  }

  async #make(form) {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    this.#say("");
    const body = new URLSearchParams(new FormData(form));
    const answer = await this.#send(form.action, body);
    delete form.dataset.busy;
    if (answer === null) return this.#say("Not sent yet: we cannot reach the desk. Your words are still here. Try again.");
    if (answer.code === "signed-out") return this.keep();
    // The page is from an earlier session: the server draws it anew, with the words in it.
    if (answer.code === "stale") return form.submit();
    if (answer.code !== "done") {
      this.#say(answer.text, answer.code);
      // What stands against it may be that things have changed: show how they are.
      return this.live.readCase();
    }
    form.elements.id.value = newId();
    if (form.dataset.move === "reply") this.#clear(body.get("text"));
    if (form.dataset.move === "whisper") form.elements.text.value = "";
    await this.live.readCase();
  }

  async #send(address, body) {
    for (const wait of [...WAITS, 0]) {
      try {
        const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
        if (response.status < 500) return await understand(response);
      } catch {
        // Unknown whether it arrived: the same id goes again.
      }
      if (wait) await new Promise((go) => setTimeout(go, wait));
    }
    return null;
  }

  /** Only what was sent goes; what was written meanwhile stays. */
  #clear(sent) {
    const box = document.getElementById("text");
    if (box && box.value.replace(/\r\n/g, "\n") === sent.replace(/\r\n/g, "\n")) box.value = "";
  }

  #say(text, code) {
    this.refused.hidden = !text;
    this.refused.textContent = text;
    if (code) {
      const mark = document.createElement("code");
      mark.textContent = code;
      this.refused.append(" ", mark);
    }
  }

  #holdOut(draft) {
    const label = document.createElement("label");
    label.htmlFor = "kept";
    label.textContent = "What you wrote, not sent";
    const box = document.createElement("textarea");
    Object.assign(box, { id: "kept", rows: 3, readOnly: true, dir: "auto", value: draft });
    this.dock.append(label, box);
  }
}

function putPhrase(button) {
  const box = document.getElementById("text");
  const before = box.value.slice(0, box.selectionStart);
  const space = before && !/\s$/.test(before) ? " " : "";
  box.setRangeText(space + button.dataset.phrase, box.selectionStart, box.selectionEnd, "end");
  button.closest("details").open = false;
  box.focus();
}

async function understand(response) {
  if (response.status === 413) return { code: "too-long", text: "This is longer than one message may be. Please send it in parts." };
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
    return { code: String(response.status), text: "The desk did not take this. Load the page again; your words are still here." };
  }
  return response.json();
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
