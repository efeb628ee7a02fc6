// カード残高照会: a card's code from the camera, a USB scanner or the keyboard.
import { find } from "./helpers/find";
import { onScannerGun } from "./helpers/barcode_scanner";
import { Viewfinder } from "./helpers/viewfinder";

const CARD = /^[A-Z][A-Z0-9]{16}$/;

const form = find(document, "form[data-card]", HTMLFormElement);
const code = find(form, "input[data-code]", HTMLInputElement);
const scanned = find(form, "input[data-scanned]", HTMLInputElement);
const scanner = find(form, "[data-scanner]", HTMLElement);

const viewfinder = new Viewfinder(["qr_code", "code_128"], take);
onScannerGun([code], take);

function take(text: string): void {
  if (CARD.test(plain(text))) {
    viewfinder.stop();
    code.value = text;
    scanned.disabled = false; // a scanner makes no slips: other words for a wrong check digit
    form.requestSubmit();
  } else {
    viewfinder.say(scanner.dataset["notACode"] ?? "");
  }
}

function plain(text: string): string {
  return text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}
