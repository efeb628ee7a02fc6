// チャージ (QRコード): what is scanned is sent as if it had been typed. A code that came in the address leaves it at
// once, and waits in this tab while its holder logs in.
import { bearerCode } from "./helpers/bearer";
import { find } from "./helpers/find";
import { destination } from "./helpers/poster";
import { startScanner } from "./helpers/scanner";

const WAITING = "hansatsu.take";

const form = document.querySelector<HTMLFormElement>("form[data-take]");
const came = decodeURIComponent(location.hash.slice(1));
if (came !== "") {
  history.replaceState(null, "", location.pathname + location.search);
}

if (form === null) {
  if (came !== "") {
    sessionStorage.setItem(WAITING, came);
  }
} else {
  const field = find(form, "[name=code]", HTMLInputElement);
  const { posters = "", judge = "" } = find(document, "[data-scanner]", HTMLElement).dataset;
  const send = (code: string): void => {
    field.value = code;
    form.requestSubmit();
  };
  startScanner((text) => {
    const code = bearerCode(text, location.pathname);
    if (code === null && URL.canParse(text)) {
      location.assign(destination(text, posters, judge)); // a shop's poster, or nothing of ours
    } else {
      send(code ?? text);
    }
  });
  const waited = sessionStorage.getItem(WAITING) ?? "";
  sessionStorage.removeItem(WAITING);
  if (came !== "" || waited !== "") {
    send(came === "" ? waited : came);
  }
}

addEventListener("hashchange", () => location.reload()); // another code was opened in the same tab
