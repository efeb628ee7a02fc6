/** A form sends once: its button says 処理中 and rests until the answer or until the page is shown again. */
export function guardForms(root: Document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset["sent"] === "yes") {
        event.preventDefault();
        return;
      }
      rest(form);
    });
  }
  addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      wake(form);
    }
  });
}

/** Puts the form to rest. The button is only marked as disabled, so that it keeps the focus. */
export function rest(form: HTMLFormElement): void {
  form.dataset["sent"] = "yes";
  for (const button of buttons(form)) {
    button.dataset["label"] ??= button.textContent ?? "";
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset["working"] ?? button.dataset["label"];
  }
}

/** Lets the form be sent again. */
export function wake(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  for (const button of buttons(form)) {
    button.removeAttribute("aria-disabled");
    button.textContent = button.dataset["label"] ?? button.textContent;
  }
}

function buttons(form: HTMLFormElement): NodeListOf<HTMLButtonElement> {
  return form.querySelectorAll<HTMLButtonElement>("button[data-working]");
}
