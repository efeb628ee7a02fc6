/** パスワードを表示: a typed password can be looked at. */
export function showSecrets(root: Document): void {
  for (const field of root.querySelectorAll<HTMLElement>("[data-secret]")) {
    const input = field.querySelector("input");
    const button = field.querySelector<HTMLButtonElement>("[data-show]");
    if (input === null || button === null) {
      continue;
    }
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    });
    input.form?.addEventListener("submit", () => {
      input.type = "password"; // so that the browser keeps it as a password, and not as text
    });
  }
}
