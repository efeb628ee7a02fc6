/** 住所を入れる: fills prefecture, city and town by the postal code. Without this script the buttons send the form. */
import { find } from "./find";

type Address = { prefecture: string; city: string; town: string };

const PATIENCE = 8_000; // milliseconds
const LENGTH = 7; // digits of a postal code

export function fillAddresses(root: Document): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-address]")) {
    new AddressPart(part);
  }
}

class AddressPart {
  private readonly code: HTMLInputElement;
  private readonly prefecture: HTMLSelectElement;
  private readonly city: HTMLInputElement;
  private readonly street: HTMLInputElement;
  private readonly said: HTMLElement;
  private readonly choices: HTMLElement;
  private readonly choice: HTMLSelectElement;
  private offered: Address[] = [];
  private lastTown = "";
  private lastCode = "";

  constructor(private readonly part: HTMLElement) {
    this.code = find(part, "[name=postal_code]", HTMLInputElement);
    this.prefecture = find(part, "[name=prefecture]", HTMLSelectElement);
    this.city = find(part, "[name=city]", HTMLInputElement);
    this.street = find(part, "[name=street]", HTMLInputElement);
    this.said = find(part, "[data-address-said]", HTMLElement);
    this.choices = find(part, "[data-address-choices]", HTMLElement);
    this.choice = find(part, "[name=address_choice]", HTMLSelectElement);
    this.lastCode = digits(this.code.value);
    this.code.addEventListener("input", () => {
      const code = digits(this.code.value);
      if (code.length === LENGTH && code !== this.lastCode) {
        void this.look(code);
      }
    });
    this.on("[data-find-address]", () => void this.look(digits(this.code.value)));
    this.on("[data-choose-address]", () => this.choose());
    this.choice.addEventListener("change", () => this.choose());
  }

  private on(selector: string, act: () => void): void {
    find(this.part, selector, HTMLButtonElement).addEventListener("click", (event) => {
      event.preventDefault();
      act();
    });
  }

  private async look(code: string): Promise<void> {
    this.lastCode = code;
    const found = await this.ask(code);
    if (this.lastCode !== code) {
      return; // another code has been typed meanwhile
    }
    this.choices.hidden = true;
    if (found === null) {
      this.tell("failed");
    } else if (found.length === 0) {
      this.tell("unknown");
    } else if (found.length === 1) {
      this.fill(found[0]);
    } else {
      this.offer(found);
    }
  }

  private async ask(code: string): Promise<Address[] | null> {
    const address = `${this.part.dataset["address"] ?? ""}?q=${encodeURIComponent(code)}`;
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
      return response.ok ? ((await response.json()) as { addresses: Address[] }).addresses : null;
    } catch {
      return null; // no reception: the address can be typed
    }
  }

  private offer(found: Address[]): void {
    this.offered = found;
    this.choice.length = 1;
    for (const [place, each] of found.entries()) {
      this.choice.add(new Option(each.prefecture + each.city + each.town, String(place)));
    }
    this.choices.hidden = false;
    this.tell("several");
    this.choice.focus();
  }

  private choose(): void {
    const chosen = this.choice.value === "" ? undefined : this.offered[Number(this.choice.value)];
    if (chosen !== undefined) {
      this.fill(chosen);
    } else if (this.choice.value === "" || this.offered.length === 0) {
      void this.look(digits(this.code.value));
    }
  }

  private fill(address: Address | undefined): void {
    if (address === undefined) {
      return;
    }
    this.prefecture.value = address.prefecture;
    this.city.value = address.city;
    if (this.street.value.trim() === "" || this.street.value === this.lastTown) {
      this.street.value = address.town;
    }
    this.lastTown = address.town;
    this.tell("filled");
    this.street.focus();
    this.street.setSelectionRange(this.street.value.length, this.street.value.length);
  }

  private tell(what: string): void {
    this.said.textContent = this.said.dataset[what] ?? "";
  }
}

function digits(text: string): string {
  return text.normalize("NFKC").replace(/[^0-9]/g, "");
}
