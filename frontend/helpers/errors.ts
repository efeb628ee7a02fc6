/** After a refused form the reading place is the summary of what is wrong. */
export function focusFirstError(root: Document): void {
  root.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}
