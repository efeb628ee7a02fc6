// 登録情報: the login ID is checked while it is typed, the postal code fills the address in.
import { fillAddresses } from "./helpers/address";
import { showSecrets } from "./helpers/secret";

const PAUSE = 700; // milliseconds without a key until a login ID counts as typed: questions are few
const SHORTEST = 4; // characters of a login ID
const PATIENCE = 8_000;

type Answer = { state: string; text: string };

showSecrets(document);
fillAddresses(document);
checkLoginId(document);

function checkLoginId(root: Document): void {
  const input = root.querySelector<HTMLInputElement>("[data-check]");
  const said = root.querySelector<HTMLElement>("[data-login-id-state]");
  if (input === null || said === null) {
    return;
  }
  let timer = 0;
  let asked = input.value.trim();
  input.addEventListener("input", () => {
    clearTimeout(timer);
    asked = "";
    forgetError(input);
    tell(said, { state: "", text: "" });
    timer = window.setTimeout(() => void check(), PAUSE);
  });
  input.addEventListener("change", () => {
    clearTimeout(timer);
    void check();
  });

  async function check(): Promise<void> {
    const typed = input?.value.trim() ?? "";
    if (typed.length < SHORTEST || typed === asked) {
      return;
    }
    asked = typed;
    const answer = await ask(`${input?.dataset["check"] ?? ""}?q=${encodeURIComponent(typed)}`);
    if (asked === typed && said !== null && answer !== null) {
      tell(said, answer);
    }
  }
}

async function ask(address: string): Promise<Answer | null> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    return (await response.json()) as Answer;
  } catch {
    return null; // no reception, or the link has ended: the form itself will tell
  }
}

// What was wrong with the login ID before says nothing of the one that is typed now.
function forgetError(input: HTMLInputElement): void {
  document.getElementById(`${input.id}-error`)?.remove();
  input.removeAttribute("aria-invalid");
  input.closest(".field")?.classList.remove("field--wrong");
}

function tell(said: HTMLElement, answer: Answer): void {
  said.dataset["state"] = answer.state;
  said.textContent = answer.text;
}
