// A page's scanner: the camera, asked for from a tap, or a photo.
import { Camera } from "./camera";
import { find } from "./find";
import { Reader } from "./reader";
import { wait } from "./wait";

const LOOK_EVERY = 120; // milliseconds between two looks: an old phone's processor must keep up

/** Brings `[data-scanner]` to life; `take` gets the text of the first QR code that is seen. */
export function startScanner(take: (text: string) => void): void {
  const root = find(document, "[data-scanner]", HTMLElement);
  const video = find(root, "video", HTMLVideoElement);
  const start = find(root, "[data-start]", HTMLButtonElement);
  const frame = find(root, "[data-frame]", HTMLElement);
  const picture = find(document, "[data-picture]", HTMLInputElement);
  const pick = find(document, "[data-pick]", HTMLButtonElement);
  const says = find(document, "[data-says]", HTMLElement);
  const reader = new Reader(["qr_code"]);
  const camera = new Camera(video);

  root.hidden = false;
  pick.hidden = false;

  start.addEventListener("click", () => void scan());
  pick.addEventListener("click", () => picture.click());
  picture.addEventListener("change", () => void readPicture());
  addEventListener("pagehide", showStart);

  async function scan(): Promise<void> {
    start.hidden = true;
    say("");
    try {
      await camera.start();
    } catch {
      showStart();
      say(root.dataset["noCamera"] ?? "");
      return;
    }
    frame.hidden = false;
    say(root.dataset["looking"] ?? "");
    while (camera.running) {
      const text = await reader.read(video);
      if (text !== null && camera.running) {
        leave(text);
        return;
      }
      await wait(LOOK_EVERY);
    }
  }

  async function readPicture(): Promise<void> {
    const file = picture.files?.[0];
    if (file === undefined) {
      return;
    }
    const text = await reader.read(file);
    picture.value = "";
    if (text === null) {
      say(root.dataset["noCode"] ?? "");
    } else {
      leave(text);
    }
  }

  function leave(text: string): void {
    camera.stop();
    if ("vibrate" in navigator) {
      navigator.vibrate(60);
    }
    take(text);
  }

  function showStart(): void {
    frame.hidden = true;
    start.hidden = false;
  }

  function say(words: string): void {
    says.textContent = words;
    says.hidden = words === "";
  }
}
