// A USB scanner types what it reads, as a keyboard would, but without a pause, and presses Enter after it.
const PAUSE = 300; // milliseconds between two keys: a slow scanner on a busy machine makes none so long
const SHORTEST_CODE = 14; // characters; no amount is as long

/**
 * Calls `take` with what a scanner has typed, wherever the focus is. The `fields` get back what they held
 * before, and the Enter presses no button.
 */
export function onScannerGun(fields: HTMLInputElement[], take: (text: string) => void): void {
  let typed = "";
  let last = -Infinity;
  let before: string[] = [];

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const isBurst = event.timeStamp - last < PAUSE;
    if (event.key.length === 1) {
      if (!isBurst) {
        typed = "";
        before = fields.map((field) => field.value);
      }
      typed += event.key;
      last = event.timeStamp;
    } else if (event.key === "Enter" && isBurst && typed.length >= SHORTEST_CODE) {
      event.preventDefault();
      event.stopImmediatePropagation();
      fields.forEach((field, place) => (field.value = before[place] ?? ""));
      const text = typed;
      typed = "";
      last = -Infinity; // what comes next is another reading, however soon
      take(text);
    }
  };
  document.addEventListener("keydown", listen, { capture: true });
}

/** On a page where nothing is scanned, a scanner presses nothing either. */
export function ignoreScannerGun(): void {
  onScannerGun([], () => undefined);
}
