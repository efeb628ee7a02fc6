// 決済する, and 決済完了 with sound.
import { payWithCertainty } from "./helpers/settle_payment";
import { startClocks } from "./helpers/clock";
import { find } from "./helpers/find";
import { ignoreScannerGun } from "./helpers/barcode_scanner";
import { showInPlace } from "./helpers/swap_page";
import { startMuteSwitches } from "./helpers/mute";
import { announce, wakeSound } from "./helpers/sound";

const form = find(document, "form[data-pay]", HTMLFormElement);

wakeSound();
ignoreScannerGun();
payWithCertainty((address, whenLost) => {
  announce(form.dataset["said"] ?? "");
  void showInPlace(address, whenLost).then(() => {
    startClocks(document);
    startMuteSwitches(document);
    document.querySelector<HTMLElement>("[data-next-sale]")?.focus();
  });
});
