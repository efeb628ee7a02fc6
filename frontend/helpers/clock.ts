// A clock that moves and shows the server's time in Japan: a photograph of a paid screen stands still.
import { find } from "./find";

const TICK = 250; // milliseconds: no second is seen to be skipped

/** Sets every `[data-clock]` under `root` going, from the time that the server gave (`datetime`). */
export function startClocks(root: ParentNode): void {
  for (const clock of root.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    start(clock);
  }
}

function start(clock: HTMLTimeElement): void {
  const ahead = Date.parse(clock.dateTime) - Date.now();
  const written = format();
  const tick = (): void => {
    if (!clock.isConnected) {
      clearInterval(timer);
      return;
    }
    clock.textContent = written.format(Date.now() + ahead);
  };
  const timer = setInterval(tick, TICK);
  tick();
}

function format(): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(find(document, "html", HTMLHtmlElement).lang, {
    timeZone: "Asia/Tokyo",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}
