// Papers of the shop site: the button opens the browser's own printing.
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.addEventListener("click", () => print());
}
