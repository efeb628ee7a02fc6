const EVERY = 1_000; // milliseconds between an answer and the next question
const SLOWEST = 5_000; // and while nobody answers: no reception is no reason to drain a battery

/**
 * Asks again and again while somebody looks at the page, one question at a time. A page that comes
 * back into sight, or a phone back into reception, asks at once.
 */
export class Poll {
  private timer = 0;
  private asking = false;
  private hurried = false;
  private unheard = 0;
  private ended = false;

  /** `ask` says whether it got an answer. */
  constructor(private readonly ask: () => Promise<boolean>) {
    document.addEventListener("visibilitychange", () => this.now());
    addEventListener("online", () => this.now());
    this.now();
  }

  /** Asks now, or as soon as the question under way is answered. */
  now(): void {
    clearTimeout(this.timer);
    if (this.asking) {
      this.hurried = true;
    } else if (!document.hidden && !this.ended) {
      void this.once();
    }
  }

  /** Asks no more. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async once(): Promise<void> {
    this.asking = true;
    this.hurried = false;
    const heard = await this.ask();
    this.asking = false;
    this.unheard = heard ? 0 : this.unheard + 1;
    const delay = this.hurried ? 0 : Math.min(EVERY * 2 ** this.unheard, SLOWEST);
    this.timer = setTimeout(() => this.now(), delay);
  }
}
