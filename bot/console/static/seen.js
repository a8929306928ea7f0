// "I have seen this", said in its place: whoever is half way through a reply does not lose the page.

export function seeInPlace(part, moves) {
  part.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = form.querySelector("button");
    event.preventDefault();
    button.disabled = true;
    const code = await send(form);
    if (code === "signed-out") return moves.keep();
    // The list is read again by itself, and shows who has seen it.
    if (code === "done") return;
    button.disabled = false;
    button.textContent = "Not recorded yet. Press again";
  });
}

async function send(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    return (await answer.json()).code;
  } catch {
    return "";
  }
}
