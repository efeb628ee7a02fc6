// パスキーでログイン: the phone's own lock instead of puzzle, password and mail. パスキーで確認: instead of a staff's code.
import { find } from "./helpers/find";

const place = find(document, "[data-passkey]", HTMLElement);
const button = find(place, "[data-start]", HTMLButtonElement);
const says = find(place, "[data-says]", HTMLElement);
const guard = find(document, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
const next = document.querySelector<HTMLInputElement>("[name=next]")?.value ?? "";
const label = button.textContent ?? "";

// Browsers without these two (before 2025) would need the answer taken apart by hand: they use what is typed.
if ("PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  place.hidden = false;
}

button.addEventListener("click", () => {
  if (button.getAttribute("aria-disabled") !== "true") {
    void show();
  }
});

async function show(): Promise<void> {
  rest(true);
  try {
    const asked = await post(place.dataset["options"] ?? "", {});
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(
      asked as unknown as PublicKeyCredentialRequestOptionsJSON,
    );
    const credential = (await navigator.credentials.get({ publicKey: options })) as PublicKeyCredential;
    const answer = JSON.stringify(credential.toJSON());
    const end = await post(place.dataset["answer"] ?? "", { answer, next });
    if (end["location"] !== undefined) {
      location.assign(end["location"]);
      return;
    }
    say(end["words"] ?? "");
  } catch {
    say(place.dataset["failed"] ?? ""); // given up by its owner, or no reception
  }
  rest(false);
}

async function post(address: string, body: Record<string, string>): Promise<Record<string, string>> {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { Accept: "application/json", "X-CSRFToken": guard },
  });
  return (await response.json()) as Record<string, string>;
}

function rest(busy: boolean): void {
  button.setAttribute("aria-disabled", String(busy));
  button.textContent = busy ? (button.dataset["working"] ?? label) : label;
  says.hidden = says.hidden || busy;
}

function say(words: string): void {
  says.textContent = words;
  says.hidden = false;
}
