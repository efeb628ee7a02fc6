// 加盟店QRコード読取: what is scanned leads to the shop's payment page; a gift code or a card to the page for those.
import { bearerCode } from "./helpers/bearer";
import { find } from "./helpers/find";
import { destination } from "./helpers/poster";
import { startScanner } from "./helpers/scanner";

const { posters = "", judge = "", gifts = "" } = find(document, "[data-scanner]", HTMLElement).dataset;

startScanner((text) => {
  const code = bearerCode(text, gifts);
  // Behind a #: the code is worth money, and what is behind a # stays in the browser.
  location.assign(code === null ? destination(text, posters, judge) : `${gifts}#${code}`);
});
