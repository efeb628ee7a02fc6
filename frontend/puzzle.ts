// 認証: the puzzle is judged before the form is sent, so that a wrong one costs nothing that was typed.
import "altcha/altcha.css";
import "./components/puzzle.css";
import { find } from "./helpers/find";
import { rest, wake } from "./helpers/submit_once";
import { Puzzle, type Picture } from "./helpers/puzzle";
import { offerWork } from "./helpers/work";

const PATIENCE = 10_000; // milliseconds until an answer counts as lost
const RENEW_AFTER = 110_000; // milliseconds that a puzzle nobody has touched is left standing; it lives 120 s

type Judgement = { proof?: string; puzzle?: Picture; words?: string };

const form = find(document, "form[data-login]", HTMLFormElement);
const root = find(form, "[data-puzzle]", HTMLElement);
const proof = find(form, "[name=proof]", HTMLInputElement);
const password = find(form, "[name=password]", HTMLInputElement);
const guard = find(form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
const says = find(root, "[data-says]", HTMLElement);
const work = find(root, "[data-work]", HTMLDetailsElement);
const puzzle = new Puzzle(root);
const address = root.dataset["address"] ?? "";
let judging: Promise<boolean> | null = null;
let renewal = renewLater();

find(root, "[data-other]", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  void renew();
});
password.addEventListener("focus", () => {
  if (puzzle.position > 0 && !isShown()) {
    void judge();
  }
});
work.addEventListener("toggle", () => {
  const place = find(work, "[data-widget]", HTMLElement);
  if (work.open && place.childElementCount === 0) {
    offerWork(place, work.dataset["challenge"] ?? "").catch(() => say(root.dataset["wait"] ?? "", "wrong"));
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.dataset["sent"] !== "yes") {
    rest(form);
    void send();
  }
});
// A page from the browser's memory shows a puzzle that was used up.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

async function send(): Promise<void> {
  if (password.value === "" || isShown() || (await judge())) {
    form.submit();
    return;
  }
  wake(form);
  find(root, "[name=position]", HTMLInputElement).focus();
}

/** Whether the puzzle is solved, or ALTCHA's box ticked. */
function isShown(): boolean {
  const worked = form.querySelector<HTMLInputElement>("[name=altcha]");
  return proof.value !== "" || (worked !== null && worked.value !== "");
}

function judge(): Promise<boolean> {
  judging ??= judgeNow().finally(() => {
    judging = null;
  });
  return judging;
}

async function judgeNow(): Promise<boolean> {
  const answer = await ask({ method: "POST", body: new URLSearchParams(puzzle.answer) });
  if (answer?.proof !== undefined) {
    clearTimeout(renewal);
    proof.value = answer.proof;
    say(answer.words ?? "", "solved");
    return true;
  }
  say(answer?.words ?? root.dataset["wait"] ?? "", "wrong");
  show(answer);
  return false;
}

async function renew(): Promise<void> {
  const answer = await ask({});
  if (answer === null) {
    say(root.dataset["wait"] ?? "", "wrong");
    return;
  }
  say("", "open");
  show(answer);
}

function renewLater(): number {
  return window.setTimeout(() => {
    if (puzzle.position === 0 && !isShown()) {
      void renew();
    }
  }, RENEW_AFTER);
}

function show(answer: Judgement | null): void {
  if (answer?.puzzle !== undefined) {
    puzzle.show(answer.puzzle);
    clearTimeout(renewal);
    renewal = renewLater();
  }
}

async function ask(wish: RequestInit): Promise<Judgement | null> {
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": guard };
    const response = await fetch(address, { ...wish, headers, signal: AbortSignal.timeout(PATIENCE) });
    if (response.redirected) {
      location.reload(); // the log-in took too long: its first page says so
    }
    return response.ok ? ((await response.json()) as Judgement) : null;
  } catch {
    return null; // no reception
  }
}

function say(words: string, state: "open" | "wrong" | "solved"): void {
  says.textContent = words;
  root.classList.toggle("field--wrong", state === "wrong");
  root.classList.toggle("puzzle--solved", state === "solved");
}
