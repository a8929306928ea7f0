// One key leaves the card: the number is gone before anything is sent.
addEventListener("keydown", (event) => {
  const leave = document.getElementById("abandon");
  if (event.key !== "Escape" || event.isComposing || !leave) return;
  document.querySelector(".card")?.remove();
  leave.click();
});
// A page that is looked at again later must not still show it.
addEventListener("pagehide", () => document.querySelector(".card")?.remove());
addEventListener("pageshow", (event) => event.persisted && location.reload());
