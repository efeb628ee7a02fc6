// The wallet's scanner: the camera, asked for from a tap, or a photo.
import { find } from "./find";
import { Viewfinder } from "./viewfinder";

/** Brings `[data-scanner]` to life; `take` gets the text of the first QR code that is seen. */
export function startScanner(take: (text: string) => void): void {
  const root = find(document, "[data-scanner]", HTMLElement);
  const picture = find(document, "[data-picture]", HTMLInputElement);
  const pick = find(document, "[data-pick]", HTMLButtonElement);
  const viewfinder = new Viewfinder(["qr_code"], leave);

  pick.hidden = false;
  pick.addEventListener("click", () => picture.click());
  picture.addEventListener("change", () => void readPicture());

  async function readPicture(): Promise<void> {
    const file = picture.files?.[0];
    if (file === undefined) {
      return;
    }
    const text = await viewfinder.read(file);
    picture.value = "";
    if (text === null) {
      viewfinder.say(root.dataset["noCode"] ?? "");
    } else {
      leave(text);
    }
  }

  function leave(text: string): void {
    viewfinder.stop();
    if ("vibrate" in navigator) {
      navigator.vibrate(60);
    }
    take(text);
  }
}
