// The camera as people meet it, on the till, the card page and the wallet: its button, its frame, its words, and
// looking until it is stopped.
import type { BarcodeFormat } from "barcode-detector/ponyfill";
import { Camera } from "./camera";
import { find } from "./find";
import { Reader } from "./reader";
import { wait } from "./wait";

const LOOK_EVERY = 120; // milliseconds between two looks: an old phone's processor must keep up
const STEADY = 1_000; // milliseconds that a camera has run before it is worth starting by itself again

/**
 * Brings `[data-scanner]` to life; `seen` gets the text of each look that shows a code. A camera that is taken away
 * is started again, or its button comes back with words: no picture stands still as if something looked.
 */
export class Viewfinder {
  private readonly root = find(document, "[data-scanner]", HTMLElement);
  private readonly video = find(this.root, "video", HTMLVideoElement);
  private readonly start = find(this.root, "[data-start]", HTMLButtonElement);
  private readonly frame = find(this.root, "[data-frame]", HTMLElement);
  private readonly says = find(document, "[data-says]", HTMLElement);
  private readonly camera = new Camera(this.video);
  private reader: Reader | null = null;
  private turn = 0;

  constructor(private readonly formats: BarcodeFormat[], private readonly seen: (text: string) => void | Promise<void>) {
    this.root.hidden = false;
    this.start.addEventListener("click", () => void this.look());
    addEventListener("pagehide", () => this.stop());
  }

  /** Looks until `stop`. */
  async look(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    this.start.hidden = true;
    this.say("");
    let began = 0;
    try {
      await this.camera.start();
      began = performance.now();
    } catch {
      if (turn !== this.turn) {
        return; // left meanwhile: what has begun since is not this one's to stop
      }
      this.stop();
      this.say(this.root.dataset["noCamera"] ?? "");
      return;
    }
    if (turn !== this.turn) {
      return; // stopped meanwhile, or begun anew
    }
    this.frame.hidden = false;
    this.say(this.root.dataset["looking"] ?? "");
    await this.lookOn(turn);
    if (turn === this.turn && this.camera.lost) {
      await this.recover(performance.now() - began >= STEADY);
    }
  }

  stop(): void {
    this.turn += 1;
    this.camera.stop();
    this.frame.hidden = true;
    this.start.hidden = false;
  }

  say(words: string): void {
    this.says.textContent = words;
    this.says.hidden = words === "";
  }

  /** The text of a code in a picture, or null. */
  async read(picture: Blob): Promise<string | null> {
    return this.open().read(picture);
  }

  private async lookOn(turn: number): Promise<void> {
    const reader = this.open();
    while (turn === this.turn && this.camera.running) {
      const text = await reader.read(this.video);
      if (text !== null && turn === this.turn && this.camera.running) {
        await this.seen(text);
      }
      await wait(LOOK_EVERY);
    }
  }

  private async recover(wasSteady: boolean): Promise<void> {
    this.stop();
    this.say(this.root.dataset["stopped"] ?? "");
    const turn = this.turn;
    if (document.hidden) {
      await visible();
    }
    if (wasSteady && turn === this.turn) {
      await this.look();
    }
  }

  private open(): Reader {
    this.reader ??= new Reader(this.formats);
    return this.reader;
  }
}

function visible(): Promise<void> {
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true });
  });
}
