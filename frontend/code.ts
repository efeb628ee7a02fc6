// お店に見せて支払う: a code that is always good, and 決済完了 by itself once it has been paid with.
import { find } from "./helpers/find";
import { Poll } from "./helpers/poll";
import { ServerClock } from "./helpers/server_clock";

const PATIENCE = 5_000; // milliseconds until an answer counts as lost
const TICK = 250; // milliseconds between two looks at the clock
const SHOWN_FOR = 270_000; // milliseconds that a whole bar stands for
const WORRY_AFTER = 2; // questions without an answer before the page says so

type Code = {
  step: number;
  digits: string;
  groups: string[];
  qr: string;
  barcode: string;
  shown_until: number;
  dies_at: number;
};
type News = { now: number; code: Code | null; waits: number; paid: string };
type Shown = Pick<Code, "step" | "shown_until" | "dies_at">;

const root = find(document, "[data-code]", HTMLElement);
const qr = find(root, "[data-qr]", HTMLElement);
const barcode = find(root, "[data-barcode]", HTMLElement);
const digits = find(root, "[data-pay-code]", HTMLElement);
const waiting = find(root, "[data-wait]", HTMLElement);
const left = find(root, "[data-left]", HTMLElement);
const bar = find(root, "[data-bar]", HTMLProgressElement);
const another = find(root, "[data-new]", HTMLAnchorElement);
const trouble = find(document, "[data-trouble]", HTMLElement);

const clock = new ServerClock(number("now"));
let shown: Shown | null =
  root.dataset["step"] === undefined
    ? null
    : { step: number("step"), shown_until: number("shownUntil"), dies_at: number("diesAt") };
let waitsUntil = clock.now + number("waits") * 1_000;
let newerThan: number | null = null;
let unheard = 0;

const poll = new Poll(ask);
setInterval(tick, TICK);
tick();

another.addEventListener("click", (event) => {
  event.preventDefault();
  if (shown !== null) {
    newerThan = shown.step;
    poll.now();
  }
});
another.addEventListener("keydown", (event) => {
  if (event.key === " ") {
    event.preventDefault();
    another.click();
  }
});

// A page that comes back from the browser's memory may show what has been spent since.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

async function ask(): Promise<boolean> {
  try {
    const response = await fetch(question(), {
      headers: { Accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status === 401) {
      leave(() => location.reload()); // stopped, or logged out in another tab: the log-in follows
      return true;
    }
    if (!response.ok) {
      throw new Error(`The server answered ${response.status}`);
    }
    hear((await response.json()) as News);
    return true;
  } catch {
    unheard += 1; // no reception: the code that is shown lives on
    tick();
    return false;
  }
}

function question(): URL {
  const url = new URL(root.dataset["poll"] ?? "", location.href);
  url.searchParams.set("spent", root.dataset["spent"] ?? "");
  if (shown !== null) {
    url.searchParams.set("step", String(shown.step));
  }
  if (newerThan !== null) {
    url.searchParams.set("after", String(newerThan));
  }
  return url;
}

function hear(news: News): void {
  unheard = 0;
  clock.hear(news.now);
  if (news.paid !== "") {
    leave(() => location.assign(news.paid));
  } else if (news.code !== null) {
    show(news.code);
  } else if (news.waits > 0) {
    waitsUntil = news.now + news.waits * 1_000;
    blank();
  }
  tick();
}

function show(code: Code): void {
  shown = code;
  newerThan = null;
  qr.innerHTML = code.qr;
  barcode.innerHTML = code.barcode;
  digits.dataset["payCode"] = code.digits;
  digits.replaceChildren(...code.groups.map(group));
}

function group(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "code__group";
  element.textContent = text;
  return element;
}

/** Nothing to show: what was there is spent, dead or not wanted any more. */
function blank(): void {
  shown = null;
  qr.replaceChildren();
  barcode.replaceChildren();
  digits.dataset["payCode"] = "";
  digits.replaceChildren();
}

function tick(): void {
  if (shown !== null && clock.now >= shown.dies_at) {
    blank();
  }
  const isLost = unheard >= WORRY_AFTER;
  qr.hidden = barcode.hidden = bar.hidden = shown === null;
  waiting.hidden = shown !== null || isLost;
  another.setAttribute("aria-disabled", String(shown === null));
  say(waiting, words("saysWait", "{n}", seconds(waitsUntil)));
  if (shown === null) {
    say(left, "");
  } else {
    const rest = Math.max(0, shown.shown_until - clock.now);
    bar.value = (rest / SHOWN_FOR) * bar.max;
    say(left, words("saysLeft", "{time}", minutes(rest)));
  }
  trouble.hidden = !isLost;
  say(trouble, isLost ? lost() : "");
}

function lost(): string {
  return shown === null
    ? (root.dataset["saysDead"] ?? "")
    : words("saysLost", "{n}", tens(seconds(shown.dies_at)));
}

/** Spoken aloud by screen readers, so it changes every ten seconds only. */
function tens(n: number): number {
  return n > 10 ? Math.floor(n / 10) * 10 : n;
}

function seconds(moment: number): number {
  return Math.max(1, Math.ceil((moment - clock.now) / 1_000));
}

function minutes(milliseconds: number): string {
  const whole = Math.ceil(milliseconds / 1_000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function words(name: string, hole: string, value: string | number): string {
  return (root.dataset[name] ?? "").replace(hole, String(value));
}

function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function number(name: string): number {
  return Number(root.dataset[name]);
}

function leave(go: () => void): void {
  poll.end();
  go();
}
