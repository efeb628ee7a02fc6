"""A camera that looks at a QR code: a Y4M film for chromium's fake video device."""

import io
from pathlib import Path

import segno
from PIL import Image

WIDTH, HEIGHT = 640, 480
FRAMES = 3
GREY = 128  # a chroma plane without colour
FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

NO_CAMERA = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
}"""
"""From now on the page gets no camera."""
SLOW_CAMERA = """() => {
  window.denials = [];
  navigator.mediaDevices.getUserMedia = () => new Promise((_, deny) => {
    window.denials.push(() => {
      deny(new DOMException("", "NotAllowedError"));
      return new Promise((heard) => setTimeout(heard));
    });
  });
}"""
"""From now on the holder of the phone is asked, and says no when ``denials[n]()`` is called."""


def film(path: Path, text: str) -> Path:
    """Write a film that shows ``text`` as a QR code, all the time."""
    frame = _picture(text).tobytes()
    colourless = bytes([GREY]) * (WIDTH * HEIGHT // 4)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(FRAMES):
            file.write(b"FRAME\n" + frame + colourless + colourless)
    return path


def photo(path: Path, text: str) -> Path:
    """Write a photo of ``text`` as a QR code."""
    _picture(text).save(path)
    return path


def camera_flags(path: Path) -> tuple[str, ...]:
    """What chromium is started with to have this film for a camera."""
    return (*FLAGS, f"--use-file-for-fake-video-capture={path}")


def _picture(text: str) -> Image.Image:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("L")
    code.thumbnail((HEIGHT - 40, HEIGHT - 40))
    picture = Image.new("L", (WIDTH, HEIGHT), 235)
    picture.paste(code, ((WIDTH - code.width) // 2, (HEIGHT - code.height) // 2))
    return picture
