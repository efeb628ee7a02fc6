const WISH: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** The back camera on a video element. It is asked for from a tap, and its light goes out with the page. */
export class Camera {
  private stream: MediaStream | null = null;

  constructor(private readonly video: HTMLVideoElement) {
    addEventListener("pagehide", () => this.stop());
  }

  get running(): boolean {
    return this.stream !== null;
  }

  async start(): Promise<void> {
    if (!("mediaDevices" in navigator)) {
      throw new DOMException("This browser gives no camera here", "NotFoundError");
    }
    this.stream = await navigator.mediaDevices.getUserMedia(WISH);
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) {
      track.stop();
    }
    this.stream = null;
    this.video.srcObject = null;
  }
}
