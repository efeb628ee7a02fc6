import { find } from "./find";

const WIDTH = 320; // of the picture, in the pixels that positions are told in

export type Picture = { key: string; picture: string; piece: string };

/** パズル認証 on the page: the piece follows the slider, the buttons and a finger on the picture itself. */
export class Puzzle {
  private readonly view: HTMLElement;
  private readonly piece: HTMLImageElement;
  private readonly slider: HTMLInputElement;
  private readonly key: HTMLInputElement;

  constructor(readonly root: HTMLElement) {
    this.view = find(root, "[data-view]", HTMLElement);
    this.piece = find(root, "[data-piece]", HTMLImageElement);
    this.slider = find(root, "[name=position]", HTMLInputElement);
    this.key = find(root, "[name=puzzle]", HTMLInputElement);
    this.slider.addEventListener("input", () => this.draw());
    for (const button of root.querySelectorAll<HTMLButtonElement>("[data-move]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.moveTo(this.position + Number(button.dataset["move"])));
    }
    this.view.addEventListener("pointerdown", (event) => this.grasp(event));
    this.draw();
  }

  get position(): number {
    return Number(this.slider.value);
  }

  get answer(): Record<string, string> {
    return { puzzle: this.key.value, position: this.slider.value };
  }

  show(picture: Picture): void {
    this.key.value = picture.key;
    find(this.root, "[data-picture]", HTMLImageElement).src = picture.picture;
    this.piece.src = picture.piece;
    this.moveTo(0);
  }

  private moveTo(position: number): void {
    this.slider.value = String(position); // the slider keeps it within its ends
    this.draw();
  }

  private draw(): void {
    this.piece.style.left = `${(this.position / WIDTH) * 100}%`;
  }

  private grasp(down: PointerEvent): void {
    const box = this.view.getBoundingClientRect();
    const start = this.position;
    const scale = WIDTH / box.width;
    this.view.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent) => this.moveTo(start + (event.clientX - down.clientX) * scale);
    const release = () => {
      this.view.removeEventListener("pointermove", move);
      this.view.removeEventListener("pointerup", release);
      this.view.removeEventListener("pointercancel", release);
    };
    this.view.addEventListener("pointermove", move);
    this.view.addEventListener("pointerup", release);
    this.view.addEventListener("pointercancel", release);
    down.preventDefault();
  }
}
