// An order's page while something may still happen to it: it asks once a second, and shows what is new.
import { find } from "./helpers/find";
import { Poll } from "./helpers/poll";

const PATIENCE = 8_000; // milliseconds until an answer counts as lost
const WORRY_AFTER = 45_000; // milliseconds of waiting before the page says that one need not stay

const root = find(document, "[data-order]", HTMLElement);
const shown = root.dataset["version"];
const asked = root.dataset["ask"] ?? "";

const poll = new Poll(async () => {
  try {
    const answer = await fetch(asked, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.redirected || answer.status === 404) {
      poll.end(); // logged out meanwhile: the page itself leads to the log-in
      location.reload();
      return true;
    }
    if (!answer.ok) {
      return false;
    }
    const { version } = (await answer.json()) as { version: string };
    if (version !== shown) {
      poll.end();
      location.replace(location.pathname);
    }
    return true;
  } catch {
    return false; // no reception: ask again a little later
  }
});

const worried = root.querySelector<HTMLElement>("[data-worried]");
if (worried !== null) {
  setTimeout(() => (worried.hidden = false), WORRY_AFTER);
}
// The browser's memory may show a page from before the payment.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
