// The till: the amount on the pad, then the customer's code from the camera, a USB scanner or the keyboard.
import type { Wrong } from "./helpers/amount";
import { AmountPad } from "./helpers/amount_pad";
import { fieldsOf } from "./helpers/fields";
import { find } from "./helpers/find";
import { onScannerGun } from "./helpers/barcode_scanner";
import { startMuteSwitches } from "./helpers/mute";
import { rest, wake } from "./helpers/submit_once";
import { wakeSound } from "./helpers/sound";
import { followTakings } from "./helpers/takings";
import { Viewfinder } from "./helpers/viewfinder";

const SCANNING = "#scan"; // the step, in the address: the phone's own back button leaves it
const PATIENCE = 10_000; // milliseconds until the server's answer counts as lost
const REST = 5_000; // milliseconds until a code is read again that the server was too busy for
const CODE = /^(?:\d{20}|[A-Z0-9]{17})$/; // a pay code, or a card's; anything else in sight is no customer's

type Answer =
  | { state: "confirm"; location: string }
  | { state: "refused" | "try_again"; outcome: string; title: string; advice: string };

const form = find(document, "form[data-till]", HTMLFormElement);
const amountStep = find(form, "[data-step=amount]", HTMLElement);
const scanStep = find(form, "[data-step=scan]", HTMLElement);
const code = find(form, "input[data-code]", HTMLInputElement);
const letters = find(form, "[data-letters]", HTMLButtonElement);
const next = find(form, "[data-next]", HTMLButtonElement);
const refusal = find(document, "[data-refusal]", HTMLElement);
const title = find(refusal, "[data-title]", HTMLElement);
const advice = find(refusal, "[data-advice]", HTMLElement);
const viewfinder = new Viewfinder(["qr_code", "code_128"], seen);

let held = ""; // a code that was scanned before its amount was entered
let refused = ""; // a code that was refused: the camera still looks at it
let busy = false;
let isAboutAmount = false; // the refusal that is shown

for (const part of form.querySelectorAll<HTMLElement>("[data-scripted]")) {
  part.hidden = false;
}
code.inputMode = "numeric";
code.required = false;
const pad = new AmountPad(form, (amount, shown) => {
  refused = ""; // for another amount the same code may do
  find(form, "[data-amount-shown]", HTMLElement).textContent = shown;
  if (amount.wrong === "notDigits" || amount.wrong === "tooLarge") {
    refuseAmount(amount.wrong);
  } else if (isAboutAmount) {
    refuse("", "");
  }
});
showRightStep();
wakeSound();
startMuteSwitches(document);
followTakings();

next.addEventListener("click", goOn);
letters.addEventListener("click", () => {
  code.inputMode = "text";
  code.focus();
});
find(form, "[data-back]", HTMLButtonElement).addEventListener("click", () => {
  history.replaceState(null, "", location.pathname);
  showStep("amount");
});
form.addEventListener("submit", (event) => {
  const { wrong } = pad.amount;
  if (event.submitter?.hasAttribute("formaction") && wrong === null) {
    return; // the amount goes to a page of its own
  }
  event.preventDefault();
  if (wrong !== null) {
    refuseAmount(wrong);
    pad.field.focus();
  } else if (amountStep.hidden) {
    void take(code.value, "typed");
  } else {
    goOn();
  }
});
document.addEventListener("keydown", (event) => {
  const isElsewhere = !(event.target instanceof HTMLInputElement);
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isElsewhere && isPlain && !amountStep.hidden && pad.key(event.key)) {
    event.preventDefault();
  }
});
onScannerGun([pad.field, code], (text) => {
  pad.write(pad.field.value);
  if (CODE.test(plain(text))) {
    void take(text, "scanned");
  } else {
    refuse(form.dataset["notACode"] ?? "", ""); // a product's barcode, say
  }
});
addEventListener("popstate", showRightStep);
// A till from the browser's memory has the key of a sale that may be over: begin with a new one.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

function goOn(): void {
  const { wrong } = pad.amount;
  if (wrong !== null) {
    refuseAmount(wrong);
    pad.field.focus();
  } else if (held !== "") {
    void take(held, "scanned");
  } else {
    history.pushState(null, "", SCANNING);
    showRightStep();
  }
}

/** What the address asks for; without an amount there is nothing to scan for. */
function showRightStep(): void {
  if (location.hash === SCANNING && pad.digits !== "") {
    showStep("scan");
    void viewfinder.look();
  } else {
    showStep("amount");
  }
}

function showStep(step: "amount" | "scan"): void {
  amountStep.hidden = step !== "amount";
  scanStep.hidden = step !== "scan";
  refused = ""; // who comes anew to the step may have charged meanwhile
  viewfinder.stop();
  viewfinder.say("");
  refuse("", "");
}

async function seen(text: string): Promise<void> {
  if (!CODE.test(plain(text))) {
    viewfinder.say(form.dataset["notACode"] ?? "");
  } else if (plain(text) !== refused) {
    await take(text, "scanned");
  }
}

/** Asks the server what this code is worth for the amount; its refusals come as words. */
async function take(text: string, how: "typed" | "scanned"): Promise<void> {
  if (busy) {
    return;
  }
  const { wrong } = pad.amount;
  if (wrong !== null && wrong !== "empty") {
    refuseAmount(wrong);
    return;
  }
  if (wrong === "empty") {
    held = text;
    refuse(form.dataset["amountFirst"] ?? "", "");
    pad.field.focus();
    return;
  }
  busy = true;
  held = "";
  rest(form);
  if ("vibrate" in navigator) {
    navigator.vibrate(60);
  }
  const answer = await ask(text, how);
  if (answer?.state === "confirm") {
    viewfinder.stop();
    location.assign(answer.location);
    return;
  }
  busy = false;
  wake(form);
  if (answer === null) {
    refuse(form.dataset["noReception"] ?? "", form.dataset["tryAgain"] ?? "");
  } else {
    refused = plain(text);
    refuse(answer.title, answer.advice);
    if (answer.outcome === "try_again") {
      setTimeout(() => (refused = ""), REST);
    }
  }
}

async function ask(text: string, how: "typed" | "scanned"): Promise<Answer | null> {
  const body = fieldsOf(form);
  body.set("code", text);
  if (how === "scanned") {
    body.set("scanned", ""); // a scanner makes no slips: other words for a wrong check digit
  }
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401 || answer.status === 403) {
      location.assign(`?amount=${pad.digits}`); // logged out meanwhile, or in anew in another tab
    }
    return (await answer.json()) as Answer;
  } catch {
    return null; // no reception: nothing has been paid, for nothing has been confirmed
  }
}

function refuseAmount(wrong: Wrong): void {
  refuse(form.dataset[wrong] ?? "", "");
  isAboutAmount = true;
}

function refuse(what: string, whatNow: string): void {
  isAboutAmount = false;
  if (title.textContent === what && advice.textContent === whatNow && refusal.hidden === (what === "")) {
    return; // said already: a screen reader need not hear it at each key
  }
  title.textContent = what;
  advice.textContent = whatNow;
  refusal.hidden = what === "";
  if (what !== "") {
    viewfinder.say("");
  }
}

function plain(text: string): string {
  return text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}
