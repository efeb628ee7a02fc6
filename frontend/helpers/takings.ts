// 本日の決済: the list that the page shows, asked for anew once a second while somebody can see it.
import { find } from "./find";
import { Poll } from "./poll";
import { announce } from "./sound";

const PATIENCE = 8_000; // milliseconds until a look counts as lost
const LOST_AFTER = 3; // looks in vain until the page says so

type Answer = { version: string; html?: string };

/** Keeps `[data-takings]` up to date, and announces what is paid at the shop's poster. */
export function followTakings(): void {
  const box = find(document, "[data-takings]", HTMLElement);
  const lost = find(document, "[data-takings-lost]", HTMLElement);
  let version = box.dataset["version"] ?? "";
  let misses = 0;
  new Poll(look);

  async function look(): Promise<boolean> {
    const answer = await ask(address(box.dataset["url"] ?? "", version));
    misses = answer === null ? misses + 1 : 0;
    lost.hidden = misses < LOST_AFTER;
    if (answer?.html !== undefined) {
      const known = numbers(box);
      box.innerHTML = answer.html; // made by our server, escaped there
      tell(box, known);
    }
    version = answer?.version ?? version;
    return answer !== null;
  }
}

function address(base: string, version: string): string {
  const url = new URL(base, location.href);
  url.searchParams.set("version", version);
  return url.href;
}

async function ask(url: string): Promise<Answer | null> {
  try {
    const answer = await fetch(url, {
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

function numbers(box: HTMLElement): Set<string> {
  return new Set(rows(box).map((row) => row.dataset["number"] ?? ""));
}

function rows(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-number]")];
}

/** What was paid at a till is announced there; what was paid at the poster nobody has heard of yet. */
function tell(box: HTMLElement, known: Set<string>): void {
  const news = document.querySelector<HTMLElement>("[data-news]");
  const fresh = rows(box).find((row) => row.dataset["news"] !== undefined && !known.has(row.dataset["number"] ?? ""));
  if (fresh === undefined || news === null) {
    return;
  }
  news.textContent = fresh.dataset["news"] ?? "";
  news.hidden = false;
  announce(fresh.dataset["said"] ?? "");
}
