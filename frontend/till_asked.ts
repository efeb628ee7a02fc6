// The till shows an amount as a QR code and waits until its customer has paid it.
import { fieldsOf } from "./helpers/fields";
import { find } from "./helpers/find";
import { ignoreScannerGun } from "./helpers/barcode_scanner";
import { startClocks } from "./helpers/clock";
import { showInPlace } from "./helpers/swap_page";
import { startMuteSwitches } from "./helpers/mute";
import { Poll } from "./helpers/poll";
import { announce, wakeSound } from "./helpers/sound";

const PATIENCE = 8_000; // milliseconds until a look counts as lost
const LOST_AFTER = 3; // looks in vain until the page says so

type Answer = { state: "open" | "paid" | "over"; location: string };

const box = find(document, "[data-asked]", HTMLElement);
const lost = find(box, "[data-lost]", HTMLElement);
const over = find(document, "[data-over]", HTMLElement);
const withdraw = find(box, "form", HTMLFormElement);
let misses = 0;
let isOpen = true;

wakeSound();
ignoreScannerGun();
const poll = new Poll(look);

// A code that nobody stands at any more is withdrawn: who has photographed it could still pay it. The form's own answer
// shows its end; one who leaves by the browser's back is shown none.
addEventListener("pagehide", () => {
  if (isOpen) {
    navigator.sendBeacon(withdraw.action, fieldsOf(withdraw));
  }
});

async function look(): Promise<boolean> {
  const answer = await ask();
  misses = answer === null ? misses + 1 : 0;
  lost.hidden = misses < LOST_AFTER;
  if (answer?.state === "paid") {
    isOpen = false;
    poll.end();
    announce(box.dataset["said"] ?? "");
    await showInPlace(answer.location, () => (lost.hidden = false));
    startClocks(document);
    startMuteSwitches(document);
    document.querySelector<HTMLElement>("[data-next-sale]")?.focus();
  } else if (answer?.state === "over") {
    isOpen = false;
    poll.end();
    box.hidden = true;
    over.hidden = false;
  }
  return answer !== null;
}

async function ask(): Promise<Answer | null> {
  try {
    const answer = await fetch(box.dataset["url"] ?? "", {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401) {
      location.reload(); // logged out meanwhile: the page leads to the log-in
    }
    return answer.ok ? ((await answer.json()) as Answer) : null;
  } catch {
    return null;
  }
}
