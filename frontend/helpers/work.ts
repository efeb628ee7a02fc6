import type { Configuration } from "altcha/types";

declare const $altcha: {
  algorithms: Map<string, () => Worker>;
  i18n: { get(name: string): Record<string, string> | undefined; set(name: string, words: Record<string, string>): void };
};

/**
 * Puts ALTCHA's widget into the page: a box to be ticked, behind which the browser works for a moment. It is fetched only
 * when somebody asks for it, from this site, its worker too.
 */
export async function offerWork(place: HTMLElement, challenge: string): Promise<void> {
  const [, , worker] = await Promise.all([
    import("altcha/external"),
    import("altcha/i18n/ja"),
    import("altcha/workers/pbkdf2?worker"),
  ]);
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new worker.default());
  const widget = document.createElement("altcha-widget") as HTMLElement & {
    configure(wish: Partial<Configuration>): Promise<void>;
  };
  widget.setAttribute("challenge", challenge);
  widget.setAttribute("language", document.documentElement.lang);
  widget.setAttribute("auto", "off");
  widget.setAttribute("configuration", JSON.stringify({ hideFooter: true, hideLogo: true, humanInteractionSignature: false }));
  place.append(widget);
}
