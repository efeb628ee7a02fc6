// The switch that turns the till's sounds off and on; each terminal keeps its own.
import { isMuted, setMuted } from "./sound";

/** Shows and works every `[data-mute]` button. */
export function startMuteSwitches(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-mute]")) {
    button.hidden = document.documentElement.classList.contains("silent"); // a manager has switched it off
    button.addEventListener("click", () => {
      setMuted(!isMuted());
      show(button);
    });
    show(button);
  }
}

function show(button: HTMLButtonElement): void {
  button.textContent = (isMuted() ? button.dataset["off"] : button.dataset["on"]) ?? "";
}
