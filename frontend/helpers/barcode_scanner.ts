// A USB scanner types what it reads, as a keyboard would, but faster than any hand, and often presses Enter or Tab
// after it. What it types is a scan whatever its length: a product's barcode is no amount, and its Enter presses no
// button.
const QUICK = 50; // milliseconds between two keys on average: no hand keeps that up
const LULL = 100; // milliseconds without a key that end a reading
const SLOW = 300; // milliseconds between two keys of a slow scanner on a busy machine
const SETTLED = 500; // milliseconds of silence after a reading that no Enter has ended
const LONG = 14; // characters; no amount is as long, so that a slow scanner is known by it
const ENOUGH = 4; // characters that are a reading without an Enter: two keys at once may be a clumsy hand

const PRESSABLE = "button, a[href], summary, [role=button], input[type=submit], input[type=checkbox], input[type=radio]";

/** Keys that follow each other within some time, and what the fields held before. */
class Run {
  text = "";
  start = -Infinity;
  last = -Infinity;
  before: string[] = [];

  constructor(private readonly pause: number) {}

  add(key: string, at: number, before: string[]): void {
    if (at - this.last >= this.pause) {
      this.text = "";
      this.start = at;
      this.before = before;
    }
    this.text += key;
    this.last = at;
  }

  /** Whether something at `at` belongs to it. */
  goesOn(at: number): boolean {
    return this.text !== "" && at - this.last < this.pause;
  }

  /** Whether its keys, up to `at`, came faster than a hand's. */
  isQuick(at: number): boolean {
    return this.goesOn(at) && (at - this.start) / this.text.length < QUICK;
  }

  clear(): void {
    this.text = "";
    this.last = -Infinity;
  }
}

/**
 * Calls `take` with what a scanner has typed, wherever the focus is. The `fields` get back what they held before.
 * Buttons and links are pressed by an Enter or a space that stands alone, and by no other.
 */
export function onScannerGun(fields: HTMLInputElement[], take: (text: string) => void): void {
  const quick = new Run(LULL);
  const slow = new Run(SLOW);
  let lastKey = -Infinity;
  let lastTyped = -Infinity;
  let lastScan = -Infinity;
  let ending = 0;
  let pressing = 0;

  const scanned = (run: Run): void => {
    clearTimeout(ending);
    fields.forEach((field, place) => (field.value = run.before[place] ?? ""));
    const text = run.text;
    lastScan = lastTyped;
    quick.clear();
    slow.clear(); // what comes next is another reading, however soon
    take(text);
  };

  /** The run that an Enter or a Tab ends, if it was a scanner's. */
  const ended = (at: number): Run | null => {
    if (quick.isQuick(at) && quick.text.length >= ENOUGH) {
      return quick;
    }
    if (slow.goesOn(at) && slow.text.length >= LONG) {
      return slow;
    }
    return quick.isQuick(at) ? quick : null;
  };

  const type = (event: KeyboardEvent): void => {
    const at = event.timeStamp;
    const before = fields.map((field) => field.value);
    clearTimeout(ending);
    if (event.repeat) {
      quick.clear(); // a key that is held down is as fast as a scanner
      slow.clear();
      return;
    }
    quick.add(event.key, at, before);
    slow.add(event.key, at, before);
    lastTyped = at;
    ending = window.setTimeout(() => {
      if (quick.text.length >= ENOUGH && quick.isQuick(quick.last)) {
        scanned(quick);
      }
    }, SETTLED);
  };

  /** A button is pressed when neither before nor after this key there is another. */
  const press = (event: KeyboardEvent, element: HTMLElement): void => {
    stop(event);
    const isAlone = event.timeStamp - lastTyped >= SLOW && event.timeStamp - lastKey >= LULL;
    if (!event.repeat && isAlone) {
      pressing = window.setTimeout(() => element.click(), LULL);
    }
  };

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    clearTimeout(pressing);
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>(PRESSABLE) : null;
    const run = event.key === "Enter" || event.key === "Tab" ? ended(event.timeStamp) : null;
    if (run !== null) {
      stop(event);
      scanned(run);
    } else if (event.key === "Enter" && event.timeStamp - lastScan < SLOW) {
      stop(event); // the second half of a line's end, or one that came late
    } else if (target !== null && (event.key === "Enter" || event.key === " ")) {
      press(event, target);
    }
    if (event.key.length === 1) {
      type(event);
    }
    lastKey = event.timeStamp;
  };
  document.addEventListener("keydown", listen, { capture: true });
  document.addEventListener("keyup", (event) => {
    const target = event.target instanceof Element ? event.target.closest(PRESSABLE) : null;
    if (event.key === " " && target !== null) {
      event.preventDefault(); // some browsers press a button when the key comes up
    }
  });
}

/** On a page where nothing is scanned, a scanner presses nothing either. */
export function ignoreScannerGun(): void {
  onScannerGun([], () => undefined);
}

function stop(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
