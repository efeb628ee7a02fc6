// The till's pad: big keys and the keyboard write the same amount into one field.
import { find } from "./find";

const LONGEST = 7; // digits; 9,999,999 yen is the largest amount that the server takes

/** The amount in `[data-amount]`, entered with `[data-pad]` or a keyboard. */
export class AmountPad {
  readonly field: HTMLInputElement;

  constructor(root: ParentNode, private readonly whenChanged: (shown: string) => void) {
    this.field = find(root, "input[data-amount]", HTMLInputElement);
    const pad = find(root, "[data-pad]", HTMLElement);
    pad.hidden = false;
    this.field.inputMode = "none"; // no keyboard of the phone over the pad
    pad.addEventListener("click", (event) => this.press(event));
    this.field.addEventListener("input", () => this.write(this.field.value));
    this.write(this.field.value);
  }

  /** Digits only, without leading zeros. */
  get digits(): string {
    return digitsOf(this.field.value);
  }

  /** What a key does that was pressed outside all fields. Says whether it was one of the pad's. */
  key(key: string): boolean {
    if (/^[0-9]$/.test(key)) {
      this.write(this.digits + key);
    } else if (key === "Backspace") {
      this.write(this.digits.slice(0, -1));
    } else if (key === "Escape" || key === "Delete") {
      this.write("");
    } else {
      return false;
    }
    return true;
  }

  write(text: string): void {
    const digits = digitsOf(text).slice(0, LONGEST);
    this.field.value = digits.replace(/\B(?=(\d{3})+$)/g, ",");
    this.whenChanged(this.field.value);
  }

  private press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
    const key = button?.dataset["key"];
    if (key === "back") {
      this.key("Backspace");
    } else if (key !== undefined) {
      this.write(this.digits + key);
    }
  }
}

function digitsOf(text: string): string {
  return text.normalize("NFKC").replace(/[^0-9]/g, "").replace(/^0+/, "");
}
