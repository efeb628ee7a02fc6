"""The pay code as the page and its script show it."""

from dataclasses import dataclass
from datetime import datetime

from hansatsu.flows.payments.codes import ShownCode
from hansatsu.formats.qr.drawing import barcode_svg, digits_qr_svg

GROUP = 4  # digits


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """A pay code, drawn; empty while a resident has to wait for one.

    ``groups`` are its digits in fours; moments are milliseconds since 1970, as scripts count.
    """

    digits: str
    groups: list[str]
    qr: str
    barcode: str
    step: int
    shown_until: int
    dies_at: int


def draw(code: ShownCode) -> DrawnCode | None:
    """The code with its QR code and barcode; None when it has no digits to show now."""
    if not code.digits:
        return None
    return DrawnCode(
        digits=code.digits,
        groups=[code.digits[i : i + GROUP] for i in range(0, len(code.digits), GROUP)],
        qr=digits_qr_svg(code.digits),
        barcode=barcode_svg(code.digits),
        step=code.step,
        shown_until=milliseconds(code.shown_until),
        dies_at=milliseconds(code.dies_at),
    )


def milliseconds(moment: datetime) -> int:
    """A moment as scripts count time."""
    return round(moment.timestamp() * 1000)
