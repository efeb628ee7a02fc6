// Reading codes from pictures, with a reader that comes from this site.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import type { BarcodeFormat } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

/** Looks for codes of some formats. Make it before the first look: it fetches its WebAssembly at once. */
export class Reader {
  private readonly detector: BarcodeDetector;

  constructor(formats: BarcodeFormat[]) {
    // The library would fetch its reader from a third party; ours comes from this site.
    prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true }).catch(() => undefined);
    this.detector = new BarcodeDetector({ formats });
  }

  /** The text of the first code in sight, or null. */
  async read(source: HTMLVideoElement | Blob): Promise<string | null> {
    try {
      const [code] = await this.detector.detect(source);
      return code?.rawValue ?? null;
    } catch {
      return null; // a frame that is not there yet, or a file that is no picture: look again
    }
  }
}
