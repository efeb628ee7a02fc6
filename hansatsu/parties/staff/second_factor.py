"""The second factor of staff: enrolling an authenticator app, and checking its codes.

Time is the ledger's clock. A code is good for its own 30 seconds and one step before and after,
and each step is accepted once, so a code that was looked at over a shoulder is worth nothing.
"""

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Literal

import pyotp
from django.conf import settings
from django.db import transaction

from hansatsu.parties import clock
from hansatsu.parties.identity.known_browsers import (
    after_wrong,
    browser_of,
    count_of,
    forget_known,
    forget_known_at,
)
from hansatsu.parties.identity.models import (
    Passkey,
    RecoveryCode,
    SecondFactor,
    Staff,
    TrustedBrowser,
)
from hansatsu.parties.identity.throttle import ACCOUNT, count_try, forgive, from_address
from hansatsu.parties.seals.secrets_box import seal, unseal

STEP = 30  # seconds
AROUND = 1
"""Steps before and after now whose codes are good: phones' clocks are not exact."""

RECOVERY_CODES = 8
RECOVERY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_LENGTH = 10
TRUSTED_FOR = timedelta(days=30)

Check = Literal["ok", "wrong", "wait"]


def has_second_factor(staff: Staff) -> bool:
    """True when the authenticator counts already."""
    return SecondFactor.objects.filter(staff=staff).exclude(confirmed_at=None).exists()


def begin_enrolment(staff: Staff) -> str:
    """The secret (base32) for the authenticator app. Until it is confirmed, the same each time,
    so that a reload of the page does not make the photographed code worthless.

    Raises:
        ValueError: when an authenticator counts already.
    """
    factor, _ = SecondFactor.objects.get_or_create(
        staff=staff,
        defaults={"sealed_secret": seal(pyotp.random_base32()), "made_at": clock.now()},
    )
    if factor.confirmed_at is not None:
        raise ValueError("there is an authenticator already")
    return unseal(factor.sealed_secret)


def enrolment_uri(staff: Staff, secret: str) -> str:
    """``otpauth://…``, what the authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(
        name=staff.login_id, issuer_name=f"Hansatsu {staff.issuer.name}"
    )


def confirm_enrolment(
    staff: Staff, code: str, *, address: str, tokens: Collection[str] = ()
) -> tuple[Check, list[str]]:
    """Have the authenticator count, once its first code is right. With ``ok`` come the recovery
    codes, which are known here and now only."""
    outcome = limited(
        staff, address, lambda: _spend_step(staff, code, confirmed=False), tokens=tokens
    )
    if outcome != "ok":
        return outcome, []
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(staff=staff)
        factor.confirmed_at = clock.now()
        factor.save(update_fields=["confirmed_at"])
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        factor.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(factor=factor, digest=_digests(code)[0]) for code in codes
        )
    return "ok", codes


def set_second_factor(staff: Staff, secret: str) -> None:
    """Have an authenticator with ``secret`` (base32) count from now on."""
    now = clock.now()
    SecondFactor.objects.update_or_create(
        staff=staff,
        defaults={"sealed_secret": seal(secret), "made_at": now, "confirmed_at": now},
    )


def check_code(staff: Staff, typed: str, *, address: str, tokens: Collection[str] = ()) -> Check:
    """Whether ``typed`` is a code of the authenticator or an unused recovery code; it is used up.
    After some wrong ones the account and the address must wait; a browser whose ``tokens`` are
    known (``known_browsers``) is counted apart."""
    code = typed.replace(" ", "").replace("-", "").casefold()
    if code.isascii() and code.isdecimal() and len(code) == 6:
        return limited(
            staff, address, lambda: _spend_step(staff, code, confirmed=True), tokens=tokens
        )
    return limited(staff, address, lambda: _spend_recovery_code(staff, code), tokens=tokens)


def recovery_codes_left(staff: Staff) -> int:
    """How many recovery codes are unused; 0 too for who has no authenticator."""
    return RecoveryCode.objects.filter(factor__staff=staff, used_at=None).count()


def forget_second_factor(staff: Staff) -> None:
    """Have the member of staff enrol anew at the next log-in: the phone was lost, and the passkeys
    that may be on it with it."""
    with transaction.atomic():
        SecondFactor.objects.filter(staff=staff).delete()
        forget_passkeys(staff)
        forget_browsers(staff=staff)


def forget_passkeys(staff: Staff) -> int:
    """Forget all their passkeys, in the caller's transaction; returns how many there were."""
    forgotten, _by_model = Passkey.objects.of(staff.issuer).filter(staff=staff).delete()
    return forgotten


def trust_browser(staff: Staff, terminal: int | None) -> str:
    """Not ask for the second factor on this browser for a while; returns the token that its
    cookie keeps."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    TrustedBrowser.objects.filter(staff=staff, until__lte=now).delete()
    TrustedBrowser.objects.create(
        staff=staff,
        token_hash=_hash(token),
        terminal=terminal,
        made_at=now,
        until=now + TRUSTED_FOR,
    )
    return token


def is_trusted(staff: Staff, tokens: Iterable[str]) -> bool:
    """True when one of the tokens of a browser's cookie is of ``staff``, and still good."""
    hashes = [_hash(token) for token in tokens]
    return TrustedBrowser.objects.filter(
        staff=staff, token_hash__in=hashes, until__gt=clock.now()
    ).exists()


def forget_browsers(*, staff: Staff | None = None, terminal: int | None = None) -> None:
    """Ask for the second factor again, and treat browsers as strangers': everywhere of ``staff``,
    or of all at a ``terminal``."""
    if staff is not None:
        TrustedBrowser.objects.filter(staff=staff).delete()
        forget_known(staff)
    if terminal is not None:
        TrustedBrowser.objects.filter(terminal=terminal).delete()
        forget_known_at(terminal=terminal)


def limited(
    staff: Staff, address: str, is_right: Callable[[], bool], *, tokens: Collection[str] = ()
) -> Check:
    """What ``is_right`` says of a try at the second factor of ``staff`` from ``address``, by a
    browser with ``tokens``; it is not asked while account, known browser or address must wait."""
    known = browser_of(tokens, staff)
    count = count_of(f"second_factor:{staff.pk}", ACCOUNT, known)
    attempt = count_try(count, *from_address(address))
    if attempt.wait_seconds:
        return "wait"
    if not is_right():
        after_wrong(attempt, known)
        return "wrong"
    forgive(attempt)
    return "ok"


def _spend_step(staff: Staff, code: str, *, confirmed: bool) -> bool:
    """True when the code is of a step that is near and above the last one, which it then is."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(staff=staff).first()
        if factor is None or (factor.confirmed_at is not None) != confirmed:
            return False
        totp = pyotp.TOTP(unseal(factor.sealed_secret))
        now = int(clock.now().timestamp()) // STEP
        near = range(max(factor.last_step + 1, now - AROUND), now + AROUND + 1)
        fitting = [step for step in near if hmac.compare_digest(totp.generate_otp(step), code)]
        if not fitting:
            return False
        factor.last_step = fitting[0]
        factor.save(update_fields=["last_step"])
    return True


def _spend_recovery_code(staff: Staff, code: str) -> bool:
    unused = RecoveryCode.objects.filter(
        factor__staff=staff, digest__in=_digests(code), used_at=None
    )
    return unused.update(used_at=clock.now()) == 1


def _recovery_code() -> str:
    return "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))


def _digests(code: str) -> list[str]:
    return [
        hmac.digest(key.encode(), b"recovery code " + code.encode(), "sha256").hex()
        for key in settings.FIELD_KEYS
    ]


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
