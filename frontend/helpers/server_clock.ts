/** The server's time, from what it said last: a phone's own clock may be minutes off. */
export class ServerClock {
  private ahead = 0; // milliseconds

  constructor(said: number) {
    this.hear(said);
  }

  /** Corrects by what the server says now, in milliseconds since 1970. */
  hear(said: number): void {
    this.ahead = said - Date.now();
  }

  get now(): number {
    return Date.now() + this.ahead;
  }
}
