// The shop site's other pages: the list of today, the shop's own QR code, a finished payment.
import { startClocks } from "./helpers/clock";
import { ignoreScannerGun } from "./helpers/barcode_scanner";
import { startMuteSwitches } from "./helpers/mute";
import { wakeSound } from "./helpers/sound";
import { followTakings } from "./helpers/takings";

wakeSound();
ignoreScannerGun();
startClocks(document);
startMuteSwitches(document);
if (document.querySelector("[data-takings]") !== null) {
  followTakings();
}
