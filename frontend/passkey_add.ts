// パスキーの追加: the browser makes a key, and the form carries its answer to the server.
import { find } from "./helpers/find";
import { wake } from "./helpers/submit_once";

const form = document.querySelector<HTMLFormElement>("form[data-passkey]");
const canMake = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

find(document, "[data-unsupported]", HTMLElement).hidden = canMake;
if (form !== null) {
  form.hidden = !canMake;
  form.addEventListener("submit", (event) => {
    // a second tap was stopped by the guard of all forms
    if (!event.defaultPrevented) {
      event.preventDefault();
      void make(form);
    }
  });
}

async function make(asking: HTMLFormElement): Promise<void> {
  const refused = find(asking, "[data-refused]", HTMLElement);
  refused.hidden = true;
  try {
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(
      JSON.parse(asking.dataset["options"] ?? "{}") as PublicKeyCredentialCreationOptionsJSON,
    );
    const made = (await navigator.credentials.create({ publicKey: options })) as PublicKeyCredential;
    find(asking, "[name=answer]", HTMLInputElement).value = JSON.stringify(made.toJSON());
    asking.submit();
  } catch {
    wake(asking); // given up by its owner, or this device has one already
    refused.hidden = false;
  }
}
