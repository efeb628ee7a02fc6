// 決済完了画面: a clock that moves, as no picture of the screen does, and an end to looking fresh.
import { startClocks } from "./helpers/clock";
import { find } from "./helpers/find";

const TICK = 1_000; // milliseconds
const BUZZ = [120, 80, 240]; // milliseconds: on, off, on

const root = find(document, "[data-paid]", HTMLElement);
const freshUntil = Date.now() + Number(root.dataset["freshFor"]) * 1_000;

startClocks(root);
buzzOnce();
setInterval(age, TICK);

/** From some time on it is a receipt, also when the phone has slept through that moment. */
function age(): void {
  if (Date.now() >= freshUntil) {
    location.replace(location.pathname);
  }
}

/** Felt in the hand when it is news, not when the page is looked at again. */
function buzzOnce(): void {
  const key = `paid ${location.pathname}`;
  if (sessionStorage.getItem(key) === null && "vibrate" in navigator) {
    sessionStorage.setItem(key, "yes");
    navigator.vibrate(BUZZ);
  }
}
