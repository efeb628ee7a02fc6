// Paying from a confirm page: one tap, one payment, and an end that is certain even when the answer is lost
// on its way. The wallet's お支払, the till's 決済する and
// the shop's 返金する are the same here.
import { fieldsOf } from "./fields";
import { find } from "./find";
import { rest } from "./submit_once";
import { wait } from "./wait";

const PATIENCE = 10_000; // milliseconds until an answer counts as lost
const ASK_EVERY = 1_000; // milliseconds between two questions to the server
const WORRY_AFTER = 15; // questions without any answer before the page says what else can be done

/** A refund ends as `done` or `not_done`, and is shown where the answer says. */
export type End = { state: "paid" | "not_paid" | "done" | "not_done"; location: string };

/** What is done with a finished payment that is shown at `address`; `wait` says that it takes a while. */
type Finish = (address: string, wait: () => void) => void;

/** Guards `form[data-pay]`. A finished payment is shown by `onPaid`; without it the page goes there. */
export function payWithCertainty(onPaid: Finish = leave): void {
  const form = find(document, "form[data-pay]", HTMLFormElement);
  const sheet = find(document, "[data-settling]", HTMLElement);
  const guard = find(form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
  let settled: Promise<End> | null = null;
  let finished = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset["sent"] === "yes") {
      return;
    }
    rest(form);
    void pay();
  });
  // A person who leaves while the payment is on its way hears first how it ends: otherwise it could still arrive after
  // cash was taken in its place.
  document.addEventListener("click", leaveWithCertainty, { capture: true });
  addEventListener("pagehide", () => {
    if (isUnderWay()) {
      navigator.sendBeacon(form.dataset["settle"] ?? "", fieldsOf(form));
    }
  });
  // A page that comes back from the browser's memory may show a payment that has been made since: ask again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.reload();
    }
  });

  async function pay(): Promise<void> {
    finish((await ask(form.action)) ?? (await settle()));
  }

  function isUnderWay(): boolean {
    return form.dataset["sent"] === "yes" && !finished;
  }

  function leaveWithCertainty(event: Event): void {
    const way = event.target instanceof Element ? event.target.closest("a[href]:not([href^='#'])") : null;
    if (way !== null && isUnderWay()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      void settle().then(finish);
    }
  }

  /** Asks until the server has said how it ends; from then on nothing else can become of it. */
  function settle(): Promise<End> {
    settled ??= askForTheEnd();
    return settled;
  }

  async function askForTheEnd(): Promise<End> {
    show(sheet, "[data-waiting]");
    for (let asked = 1; ; asked += 1) {
      const answer = await ask(form.dataset["settle"] ?? "");
      if (answer !== null) {
        return answer;
      }
      if (asked === WORRY_AFTER) {
        find(sheet, "[data-worried]", HTMLElement).hidden = false;
      }
      await wait(ASK_EVERY);
    }
  }

  async function ask(url: string): Promise<End | null> {
    try {
      const response = await fetch(url, {
        method: "POST",
        body: fieldsOf(form),
        headers: { Accept: "application/json", "X-CSRFToken": guard },
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status === 404) {
        return { state: "not_paid", location: location.href }; // not our payment: the page itself says why
      }
      return response.ok ? ((await response.json()) as End) : null;
    } catch {
      return null; // no reception: the server knows what happened, so ask it
    }
  }

  function finish(end: End): void {
    if (finished) {
      return;
    }
    finished = true;
    if (end.location === "") {
      find(show(sheet, "[data-not-paid]"), "a", HTMLAnchorElement).focus();
    } else if (end.state === "paid") {
      onPaid(end.location, () => show(sheet, "[data-waiting]"));
    } else {
      leave(end.location);
    }
  }
}

function leave(address: string): void {
  location.replace(address);
}

function show(sheet: HTMLElement, part: string): HTMLElement {
  sheet.hidden = false;
  const shown = find(sheet, part, HTMLElement);
  for (const paper of sheet.querySelectorAll<HTMLElement>("[data-waiting], [data-not-paid]")) {
    paper.hidden = paper !== shown;
  }
  return shown;
}
