// The till's pad: big keys and the keyboard write the same amount into one field.
import { grouped, readAmount } from "./amount";
import type { Amount } from "./amount";
import { find } from "./find";

/**
 * The amount in `[data-amount]`, entered with `[data-pad]` or a keyboard. What is no whole yen stays in the field as it
 * was typed, for a changed amount is worse than a refused one; while an input method composes, nothing is touched.
 */
export class AmountPad {
  readonly field: HTMLInputElement;

  constructor(root: ParentNode, private readonly whenChanged: (amount: Amount, shown: string) => void) {
    this.field = find(root, "input[data-amount]", HTMLInputElement);
    const pad = find(root, "[data-pad]", HTMLElement);
    pad.hidden = false;
    this.field.inputMode = "none"; // no keyboard of the phone over the pad
    pad.addEventListener("click", (event) => this.press(event));
    this.field.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) {
        this.write(this.field.value);
      }
    });
    this.field.addEventListener("compositionend", () => this.write(this.field.value));
    this.write(this.field.value);
  }

  /** What stands in the field. */
  get amount(): Amount {
    return readAmount(this.field.value);
  }

  /** Digits only, without leading zeros; empty when it is no amount. */
  get digits(): string {
    return this.amount.digits;
  }

  /** What a key does that was pressed outside all fields. Says whether it was one of the pad's. */
  key(key: string): boolean {
    if (/^[0-9]+$/.test(key)) {
      this.add(key);
    } else if (key === "Backspace") {
      this.write(this.field.value.slice(0, -1));
    } else if (key === "Escape" || key === "Delete") {
      this.write("");
    } else {
      return false;
    }
    return true;
  }

  write(text: string): void {
    const amount = readAmount(text);
    const isKept = amount.wrong === "notDigits" || amount.wrong === "tooLarge";
    this.field.value = isKept ? text : grouped(amount.digits);
    if (isKept) {
      this.field.setAttribute("aria-invalid", "true");
    } else {
      this.field.removeAttribute("aria-invalid");
    }
    this.whenChanged(amount, this.field.value);
  }

  private add(digits: string): void {
    const text = this.field.value + digits;
    if (readAmount(text).wrong !== "tooLarge") {
      this.write(text);
    }
  }

  private press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
    const key = button?.dataset["key"];
    if (key !== undefined) {
      this.key(key === "back" ? "Backspace" : key);
    }
  }
}
