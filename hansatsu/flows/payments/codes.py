"""Pay codes on both sides: what a resident's device shows, and whose it is at a till."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.code_validity import KnownDevice, Verdict, judge, key_of, moment
from hansatsu.formats.qr import pay_code
from hansatsu.formats.qr.pay_code import (
    LIFE_SECONDS,
    SHOWN_SECONDS,
    STEP_SECONDS,
    STEPS_AHEAD,
    PayCode,
    step_of,
    totp,
)
from hansatsu.formats.qr.till_code import CardCode, read_till_code
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import CardState
from hansatsu.parties.cards.services import find_card_in_any_state
from hansatsu.parties.identity.models import Device
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.shops.wrong_codes import count_wrong_code, lock_terminal, seconds_stopped


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code for a device's page.

    Attributes:
        digits: all 20; empty while none can be shown.
        step: of its TOTP.
        shown_until: when the page shows the next one, unless this one is spent before.
        dies_at: when no till takes it any more.
        waits: seconds until a code can be shown; 0 when this is one.
    """

    digits: str
    step: int
    shown_until: datetime
    dies_at: datetime
    waits: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose code was read. ``hint`` is what the cashier may see: the first letter of a
    resident's nickname, or a card's last four characters. ``device`` is the ledger's id."""

    kind: Literal["resident", "card"]
    wallet_id: int
    hint: str
    device: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a code that was read at a terminal. ``wait_seconds`` with ``too_many``."""

    outcome: Verdict | Literal["too_many"]
    payer: Payer | None
    wait_seconds: int = 0


def device_key(device: Device) -> bytes:
    """The key of a device's codes."""
    return key_of(device.issuer_id, device.number, device.generation)


def code_to_show(
    device: Device, now: datetime, spent: int | None, after_step: int | None = None
) -> ShownCode:
    """The code that the device shows next; nothing is written.

    Args:
        device: whose.
        now: by the ledger's clock.
        spent: the newest step that its codes have spent (``ledger.Standing``).
        after_step: the step of the code that is to be replaced (新しいコード); None for any.
    """
    newest = step_of(now) + STEPS_AHEAD
    above = max(-1 if spent is None else spent, -1 if after_step is None else after_step)
    # What a page says it has shown cannot make it wait for longer than one step.
    step = max(step_of(now), min(above, newest) + 1)
    if step > newest:
        wait = moment((step - STEPS_AHEAD) * STEP_SECONDS) - now
        return _shown("", step, max(1, -int(-wait.total_seconds() // 1)))
    number = device.resident.issuer.pay_number  # joined by the session already
    digits = pay_code.write_pay_code(number, device.number, totp(device_key(device), step))
    return _shown(digits, step, 0)


def stays_shown(step: int, now: datetime, spent: int | None) -> bool:
    """True when a page goes on showing its code of ``step``, where ``spent`` is the last spent step
    of its device: not spent, not yet 270 s old."""
    if spent is None or step <= spent or step > step_of(now) + STEPS_AHEAD:
        return False
    return now < moment(step * STEP_SECONDS + SHOWN_SECONDS)


def read_code(terminal: Terminal, text: str) -> Reading:
    """Whose code it is that was scanned or typed at a terminal: a resident's or a card's.

    Codes of our form that nobody has are counted, and stop the terminal for a while. Right, old
    and spent codes, and what is not ours, are not, and forgive nothing.
    """
    with transaction.atomic():
        lock_terminal(terminal)
        wait = seconds_stopped(terminal)
        if wait:
            return Reading("too_many", None, wait)
        reading = _read(terminal.issuer, text)
        if reading.outcome == "unknown_code":
            count_wrong_code(terminal)
    return reading


def _read(issuer: Issuer, text: str) -> Reading:
    now = clock.now()
    code = read_till_code(text, issuer.pay_numbers(now))
    match code:
        case PayCode():
            return _read_pay_code(issuer, code, now)
        case CardCode():
            return _read_card(issuer, code)
    return Reading(code, None)


def _read_card(issuer: Issuer, code: CardCode) -> Reading:
    card = find_card_in_any_state(issuer, code.code)
    if card is None:
        return Reading("unknown_code", None)
    if card.state != CardState.ISSUED:
        return Reading("card_replaced", None)
    return Reading("ok", Payer("card", card.wallet_id, card.last_four, None, None))


def _read_pay_code(issuer: Issuer, code: PayCode, now: datetime) -> Reading:
    device = (
        Device.objects.of(issuer)
        .select_related("resident")
        .filter(number=code.device, resident__closed_at=None)
        .first()
    )
    verdict, step = judge(code, _known(issuer, device), now)
    if device is None or verdict != "ok":
        return Reading(verdict, None)
    resident = device.resident
    hint = (resident.nickname or resident.given_name)[:1]
    return Reading("ok", Payer("resident", resident.wallet_id, hint, device.ledger_id, step))


def _known(issuer: Issuer, device: Device | None) -> KnownDevice | None:
    if device is None:
        return None
    spent = ledger.last_step(ledger_connection(), issuer.pk, device.ledger_id)
    if spent is None:  # revoked
        return None
    return KnownDevice(issuer.pk, device.number, device.generation, spent)


def _shown(digits: str, step: int, waits: int) -> ShownCode:
    start = step * STEP_SECONDS
    return ShownCode(
        digits, step, moment(start + SHOWN_SECONDS), moment(start + LIFE_SECONDS), waits
    )
