"""Making residents, and letting them in by their password."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.guess_alarms import warn_of_guesses
from hansatsu.parties.identity.known_browsers import (
    after_wrong,
    browser_of_resident,
    count_of,
)
from hansatsu.parties.identity.models import Language, Resident
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.identity.throttle import (
    ACCOUNT,
    count_try,
    forgive,
    from_address,
)
from hansatsu.parties.issuers.models import Issuer

LONGEST_LOGIN_ID = 64


@dataclass(frozen=True, slots=True)
class NewResident:
    """What a resident is made from; the fields are those of ``Resident``."""

    login_id: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    email: str
    nickname: str = ""
    birth_date: date | None = None
    gender: str = ""
    occupation: str = ""
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    phone: str = ""
    news_mail: bool = False
    language: str = Language.JAPANESE


@dataclass(frozen=True, slots=True)
class ResidentCheck:
    """What became of a log-in. ``wrong`` says nothing of whether the account exists."""

    outcome: Literal["ok", "wrong", "wait"]
    resident: Resident | None = None
    wait_seconds: int = 0


def open_resident(
    issuer: Issuer, new: NewResident, *, password: str = "", password_hash: str = ""
) -> Resident:
    """Make a resident with an empty wallet in the ledger.

    Args:
        issuer: whose scheme it is.
        new: who it is.
        password: as typed; without it
        password_hash: what ``make_password`` made of it.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed or the login ID taken.
    """
    with transaction.atomic():
        connection = ledger_connection()
        (wallet_id,) = ledger.open_wallets(connection, issuer_id=issuer.pk, kind="resident")
        resident = Resident(
            issuer=issuer,
            wallet_id=wallet_id,
            created_at=ledger.now(connection),
            **{field: getattr(new, field) for field in NewResident.__slots__},
        )
        if password_hash:
            resident.password = password_hash
        else:
            resident.set_password(password)
        resident.full_clean()
        resident.save()
    return resident


def check_resident(
    issuer: Issuer,
    *,
    login_id: str,
    password: str,
    address: str,
    tokens: Collection[str] = (),
) -> ResidentCheck:
    """Look whether this is a resident's login ID and password.

    Args:
        issuer: whose wallet site it is.
        login_id: as typed.
        password: as typed.
        address: where the try comes from.
        tokens: of the browser (``known_browsers.tokens_of``); one of this very account's is counted
            apart from strangers.
    """
    login_id = as_stored(login_id)
    known = browser_of_resident(tokens, issuer, login_id)
    count = count_of(f"resident:{issuer.pk}:{login_id}", ACCOUNT, known)
    attempt = count_try(count, *from_address(address))
    if attempt.wait_seconds:
        return ResidentCheck("wait", wait_seconds=attempt.wait_seconds)
    resident = Resident.objects.of(issuer).filter(login_id=login_id, closed_at=None).first()
    fits = password_fits(password, resident.password if resident else None)
    if resident is None or not fits:
        after_wrong(attempt, known)
        record(
            issuer,
            "log_in_blocked" if attempt.reached else "log_in_refused",
            resident=resident,
            request_address=address,
            because="password",
        )
        if attempt.reached:
            warn_of_guesses(issuer, "log_in_blocked", resident=resident, address=address)
        return ResidentCheck("wrong")
    forgive(attempt)
    return ResidentCheck("ok", resident=resident)


def as_stored(login_id: str) -> str:
    """A typed login ID as the database can hold it; no account has one that this changes."""
    return login_id.replace("\0", "")[:LONGEST_LOGIN_ID]
