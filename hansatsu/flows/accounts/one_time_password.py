"""ワンタイムパスワード: four digits by mail (quality.md, Security).

The digits are nowhere kept: they are made from the log-in's nonce and the site's key, so a resend
within their life sends the same ones, and a copy of the database tells none.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.unlocking import mail_unlock_link
from hansatsu.messages.mail.account_letters import post
from hansatsu.parties import clock
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.guess_alarms import warn_of_guesses
from hansatsu.parties.identity.known_browsers import after_wrong, browser_of, count_of
from hansatsu.parties.identity.models import KnownBrowser, LogIn, Resident
from hansatsu.parties.identity.throttle import (
    Count,
    Limit,
    count_try,
    forgive,
    from_address,
    must_wait,
)
from hansatsu.parties.wallets.selectors import in_japan

LIFE = timedelta(minutes=10)
GUESSES = 5
"""Of one log-in."""

A_DAY = Limit(
    free=10,
    first_wait=timedelta(days=1),
    longest_wait=timedelta(days=1),
    forgotten_after=timedelta(days=1),
)
"""Wrong guesses of one account, over all of its log-ins; after that only a mailed link serves."""

MAILS = Limit(
    free=6,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
)
"""Mails of this kind to one account."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was mailed: the digits, or a link when they are locked. ``wait``: nothing yet."""

    outcome: Literal["code", "link", "wait"]
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """What became of a guess. ``left`` guesses of this log-in remain.

    ``malformed`` and ``late`` guesses are not compared and not counted. ``locked``: the account's
    wrong guesses of a day are used up. ``over``: this log-in's are.
    """

    outcome: Literal["right", "wrong", "malformed", "late", "locked", "over", "wait"]
    left: int = 0
    wait_seconds: int = 0


def send(log_in: LogIn, address: str, *, tokens: Collection[str] = ()) -> Sent:
    """Mail the digits of ``log_in``, whose password was right; or the link, when they are locked
    for a browser with ``tokens``."""
    resident = _resident(log_in)
    count = count_try(_mails(resident))
    if count.wait_seconds:
        return Sent("wait", count.wait_seconds)
    with transaction.atomic():
        if is_locked(resident, tokens):
            mail_unlock_link(resident)
            record(resident.issuer, "unlock_mailed", resident=resident, request_address=address)
            return Sent("link")
        _mail(resident, _digits_now(log_in), log_in)
        record(resident.issuer, "one_time_mailed", resident=resident, request_address=address)
    return Sent("code")


def mail_wait(log_in: LogIn) -> int:
    """For how many seconds nothing more is mailed to the resident of ``log_in``."""
    return must_wait(_mails(_resident(log_in)))


def is_locked(resident: Resident, tokens: Collection[str] = ()) -> bool:
    """True when the account's wrong guesses of a day are used up. Those of strangers do not count
    for a browser of whose ``tokens`` one is the resident's."""
    return must_wait(_daily(resident, browser_of(tokens, resident))) > 0


def guess(log_in: LogIn, typed: str, address: str, *, tokens: Collection[str] = ()) -> Guess:
    """Compare ``typed`` (plain digits) with the digits of ``log_in``."""
    if not (len(typed) == 4 and typed.isascii() and typed.isdecimal()):
        return Guess("malformed")
    with transaction.atomic():
        row = LogIn.objects.select_for_update().get(pk=log_in.pk)
        if row.ended_at is not None or row.guesses >= GUESSES:
            return Guess("over")
        if row.nonce_at is None or clock.now() >= row.nonce_at + LIFE:
            return Guess("late")
        return _compare(row, typed, address, browser_of(tokens, _resident(row)))


def _compare(row: LogIn, typed: str, address: str, known: KnownBrowser | None) -> Guess:
    resident = _resident(row)
    daily = _daily(resident, known)
    if must_wait(daily):
        return Guess("locked")
    attempt = count_try(daily, *from_address(address))
    if attempt.wait_seconds:
        return Guess("locked") if must_wait(daily) else Guess("wait", 0, attempt.wait_seconds)
    row.guesses += 1
    row.save(update_fields=["guesses"])
    if hmac.compare_digest(digits(row), typed):
        forgive(attempt)
        return Guess("right")
    after_wrong(attempt, known)
    locked = daily.subject in attempt.reached
    record(
        resident.issuer,
        "one_time_blocked" if locked else "one_time_wrong",
        resident=resident,
        request_address=address,
        guess=row.guesses,
    )
    if locked:
        warn_of_guesses(resident.issuer, "one_time_blocked", resident=resident, address=address)
        if known is None:  # a known one is a stranger's now, with the guesses that are left to them
            return Guess("locked")
    return Guess("wrong", GUESSES - row.guesses) if row.guesses < GUESSES else Guess("over")


def digits(log_in: LogIn) -> str:
    """The four digits of ``log_in`` as they are now."""
    made = salted_hmac("hansatsu.accounts.one_time", log_in.nonce, algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8]) % 10_000:04}"


def _digits_now(log_in: LogIn) -> str:
    """The digits, made anew when they have outlived themselves."""
    row = LogIn.objects.select_for_update().get(pk=log_in.pk)
    now = clock.now()
    if row.nonce_at is None or now >= row.nonce_at + LIFE:
        row.nonce, row.nonce_at = secrets.token_hex(32), now
        row.save(update_fields=["nonce", "nonce_at"])
    log_in.nonce, log_in.nonce_at = row.nonce, row.nonce_at
    return digits(row)


def _mail(resident: Resident, code: str, log_in: LogIn) -> None:
    assert log_in.nonce_at is not None
    ends = in_japan(log_in.nonce_at + LIFE)
    with translation.override(resident.language):
        post(
            resident,
            resident.issuer,
            "one_time",
            to=resident.email,
            language=resident.language,
            subject=_("ワンタイムパスワードのお知らせ"),
            opening=_("ログイン画面に、次の4桁の数字を入力してください。"),
            code=code,
            facts=[(_("有効期限"), f"{ends:%Y/%m/%d %H:%M}")],
            closing=[_("この数字を、事務局やお店からお尋ねすることはありません。")],
            unknown=_(
                "お心当たりのない場合は、どなたかがあなたのパスワードでログインしようとしています。"
                "この数字は誰にも教えず、パスワードを変更してください。"
            ),
        )


def _daily(resident: Resident, known: KnownBrowser | None) -> Count:
    return count_of(f"one-time:{resident.pk}", A_DAY, known)


def _mails(resident: Resident) -> Count:
    return Count(f"one-time-mail:{resident.pk}", MAILS)


def _resident(log_in: LogIn) -> Resident:
    resident = log_in.resident
    if resident is None:
        raise ValueError("the password of this log-in was not checked")
    return resident
