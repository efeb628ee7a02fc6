const WISH: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** The back camera on a video element. It is asked for from a tap, and its light goes out with the page. */
export class Camera {
  private stream: MediaStream | null = null;
  private turn = 0;

  constructor(private readonly video: HTMLVideoElement) {
    addEventListener("pagehide", () => this.stop());
  }

  /** Whether it gives pictures. */
  get running(): boolean {
    return this.stream !== null && !this.lost;
  }

  /** Whether it was taken away, by a call or another app, say: nothing of ours has stopped it. */
  get lost(): boolean {
    return this.stream?.getTracks().some((track) => track.readyState === "ended") ?? false;
  }

  async start(): Promise<void> {
    this.stop();
    if (!("mediaDevices" in navigator)) {
      throw new DOMException("This browser gives no camera here", "NotFoundError");
    }
    const turn = this.turn;
    const stream = await navigator.mediaDevices.getUserMedia(WISH);
    if (turn !== this.turn) {
      end(stream); // stopped while its holder was asked
      return;
    }
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
  }

  stop(): void {
    this.turn += 1;
    if (this.stream !== null) {
      end(this.stream);
    }
    this.stream = null;
    this.video.srcObject = null;
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.stop();
  }
}
