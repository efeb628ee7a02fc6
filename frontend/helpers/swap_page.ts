import { wait } from "./wait";

const PATIENCE = 8_000; // milliseconds
const TRY_EVERY = 1_000; // milliseconds

/**
 * Shows another page of this site without leaving this one: it may go on sounding, and without reception it is
 * asked for again instead of giving way to the browser's own words; `whenLost` is called then. Resolves when it is
 * shown.
 */
export async function showInPlace(address: string, whenLost: () => void): Promise<void> {
  for (;;) {
    const page = await load(address);
    if (page !== null) {
      history.replaceState(null, "", address);
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      scrollTo(0, 0);
      return;
    }
    whenLost();
    await wait(TRY_EVERY);
  }
}

async function load(address: string): Promise<Document | null> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected) {
      location.replace(answer.url); // logged out meanwhile
    }
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}
