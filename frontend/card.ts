// カード残高照会: a card's code from the camera, a USB scanner or the keyboard.
import { Camera } from "./helpers/camera";
import { find } from "./helpers/find";
import { onScannerGun } from "./helpers/gun";
import { Reader } from "./helpers/reader";
import { wait } from "./helpers/wait";

const LOOK_EVERY = 120; // milliseconds between two looks
const CARD = /^[A-Z][A-Z0-9]{16}$/;

const form = find(document, "form[data-card]", HTMLFormElement);
const code = find(form, "input[data-code]", HTMLInputElement);
const scanned = find(form, "input[data-scanned]", HTMLInputElement);
const scanner = find(form, "[data-scanner]", HTMLElement);
const start = find(scanner, "[data-start]", HTMLButtonElement);
const frame = find(scanner, "[data-frame]", HTMLElement);
const says = find(form, "[data-says]", HTMLElement);
const video = find(scanner, "video", HTMLVideoElement);
const camera = new Camera(video);

scanner.hidden = false;
start.addEventListener("click", () => void look());
onScannerGun([code], send);
addEventListener("pagehide", () => camera.stop());

async function look(): Promise<void> {
  const reader = new Reader(["qr_code", "code_128"]);
  start.hidden = true;
  try {
    await camera.start();
  } catch {
    start.hidden = false;
    say(scanner.dataset["noCamera"] ?? "");
    return;
  }
  frame.hidden = false;
  say(scanner.dataset["looking"] ?? "");
  while (camera.running) {
    const text = await reader.read(video);
    if (text !== null && CARD.test(plain(text))) {
      camera.stop();
      send(text);
    } else if (text !== null) {
      say(scanner.dataset["notACode"] ?? "");
    }
    await wait(LOOK_EVERY);
  }
  frame.hidden = true;
  start.hidden = false;
}

function send(text: string): void {
  code.value = text;
  scanned.disabled = false; // a scanner makes no slips: other words for a wrong check digit
  form.requestSubmit();
}

function say(words: string): void {
  says.textContent = words;
  says.hidden = words === "";
}

function plain(text: string): string {
  return text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}
