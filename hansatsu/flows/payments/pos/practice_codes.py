"""Codes for a till vendor to practise with, at sandbox and demo issuers only.

Each is a real code that leads to its outcome on the normal way: of a resident or card made for
it, with value, without, frozen or old. What cannot be brought about for one code alone (a code that
was spent: the shop's books would have the payment; a terminal stopped, a limit the issuer does not
have, a server in trouble, an answer lost) is played by the API for that code:
``models.PracticeCode``.
"""

import secrets
from collections.abc import Sequence
from typing import Literal, get_args

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.code_validity import key_of
from hansatsu.flows.payments.models import Play, PracticeCode
from hansatsu.formats.qr.pay_code import STEPS_BACK, step_of, totp, write_pay_code
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.identity.residents import NewResident, open_resident
from hansatsu.parties.programs.selectors import emoneys
from hansatsu.parties.shops.models import Shop

Scenario = Literal[
    "ok",
    "card_ok",
    "insufficient",
    "expired",
    "used",
    "unknown",
    "frozen",
    "not_accepted",
    "over_limit",
    "too_many",
    "try_again",
    "lost_answer",
]
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)

ENOUGH = 10_000
"""Yen, unless the till asks for a balance."""

OUT_OF_DATE = STEPS_BACK + 2
"""Steps ago: dead, but known as an old code for nearly an hour."""

LOGIN_ID = "practice-"
MAILBOX = "practice@practice.invalid"
"""A name that never leads anywhere (RFC 2606): nobody is mailed."""

UNUSABLE = "!"
"""No hash of anything: nobody can log in."""

ACTOR = "practice"


def make_practice_code(shop: Shop, scenario: Scenario, balance: int | None) -> str:
    """A code for the tills of ``shop``.

    Args:
        shop: of an issuer that is not live.
        scenario: what using it leads to.
        balance: yen that it holds; None is enough for most, and nothing when it is to be too
            little.

    Raises:
        ValueError: when the issuer is live.
    """
    if shop.issuer.mode == "live":
        raise ValueError("a live issuer has no codes to practise with")
    with transaction.atomic():
        if scenario == "unknown":
            return _unknown(shop)
        amount = balance if balance is not None else 0 if scenario == "insufficient" else ENOUGH
        if scenario in ("ok", "insufficient", "expired", "used", "frozen"):
            return _pay_code(shop, scenario, amount)
        return _card(shop, scenario, amount)


def _pay_code(shop: Shop, scenario: Scenario, amount: int) -> str:
    resident = _resident(shop)
    device = open_device(resident, "practice")
    step = step_of(clock.now())
    _charge(shop, resident.wallet_id, amount, _taken(shop))
    if scenario == "used":
        _play(shop, resident.wallet_id, Play.CODE_USED)
    if scenario == "frozen":
        _freeze(shop, resident.wallet_id)
    return _digits(device, step - OUT_OF_DATE if scenario == "expired" else step)


def _card(shop: Shop, scenario: Scenario, amount: int) -> str:
    ((code, card),) = make_cards(shop.issuer, 1)
    emoney_ids = _taken(shop)
    play = "" if scenario == "card_ok" else scenario
    if scenario == "not_accepted" and (elsewhere := _not_taken(shop)):
        emoney_ids, play = elsewhere, ""
    _charge(shop, card.wallet_id, amount, emoney_ids)
    if play:
        _play(shop, card.wallet_id, Play(play))
    return code


def _play(shop: Shop, wallet_id: int, play: Play) -> None:
    PracticeCode.objects.create(
        issuer_id=shop.issuer_id, wallet_id=wallet_id, play=play, made_at=clock.now()
    )


def _unknown(shop: Shop) -> str:
    """Well formed, and of nobody: the device is new, and the digits are another key's."""
    device = open_device(_resident(shop), "practice")
    key = secrets.token_bytes(32)
    return write_pay_code(shop.issuer.pay_number, device.number, totp(key, step_of(clock.now())))


def _resident(shop: Shop) -> Resident:
    new = NewResident(
        login_id=LOGIN_ID + secrets.token_hex(8),
        family_name="練習",
        given_name="サンドボックス",
        family_kana="レンシュウ",
        given_kana="サンドボックス",
        email=MAILBOX,
    )
    return open_resident(shop.issuer, new, password_hash=UNUSABLE)


def _digits(device: Device, step: int) -> str:
    key = key_of(device.issuer_id, device.number, device.generation)
    return write_pay_code(device.issuer.pay_number, device.number, totp(key, step))


def _charge(shop: Shop, wallet_id: int, amount: int, emoney_ids: Sequence[int]) -> None:
    if not amount or not emoney_ids:
        return
    lots = (ledger.NewLot(emoney_ids[0], amount, None),)
    request = ledger.Request.of(ACTOR, secrets.token_hex(16), wallet_id, amount)
    issue = ledger.Issue(request, shop.issuer_id, wallet_id, lots)
    (outcome,) = ledger.issue_set(ledger_connection(), [issue])
    if not outcome.issued:
        raise RuntimeError(f"a practice wallet could not be charged: {outcome.outcome}")


def _freeze(shop: Shop, wallet_id: int) -> None:
    ledger.change_state(
        ledger_connection(),
        "freeze",
        request=ledger.Request.of(ACTOR, secrets.token_hex(16), wallet_id),
        issuer_id=shop.issuer_id,
        wallet_id=wallet_id,
        reason=ACTOR,
    )


def _taken(shop: Shop) -> list[int]:
    return ledger.takes(ledger_connection(), shop.issuer_id).get(shop.pk, [])


def _not_taken(shop: Shop) -> list[int]:
    taken = _taken(shop)
    return [each.pk for each in emoneys(shop.issuer) if each.pk not in taken]
