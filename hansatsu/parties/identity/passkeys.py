"""What passkeys of this site have in common: whose they are, challenges, and what answers them.

Residents log in by theirs (``accounts.passkey_login``); those of staff are a second factor
(``staff_passkeys``).
"""

import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import salted_hmac

from hansatsu.parties import clock
from hansatsu.parties.identity.models.passkey import Passkey
from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.identity.models.staff import Staff
from hansatsu.parties.identity.single_use import spend_once

type Owner = Resident | Staff

LIFE = timedelta(minutes=5)
"""How long a browser may take to answer a challenge."""

LONGEST_ANSWER = 20_000
"""Characters of a browser's answer that are looked at; real ones have some two thousand."""


def site_id() -> str:
    """The relying party's id: the host of the site's address."""
    return urlsplit(settings.SITE_URL).hostname or ""


def site_origin() -> str:
    """The origin that answers must come from."""
    return str(settings.SITE_URL)


def passkeys_of(owner: Owner) -> list[Passkey]:
    """The passkeys of one person, the oldest first."""
    return list(Passkey.objects.filter(**owned_by(owner)).order_by("pk"))


def owned_by(owner: Owner) -> dict[str, Any]:
    """The column of ``Passkey`` that says whose it is, with its value."""
    return {"staff" if isinstance(owner, Staff) else "resident": owner}


def user_handle(owner: Owner) -> bytes:
    """What an authenticator files somebody's passkeys under: it tells nothing of who that is."""
    return salted_hmac("hansatsu.identity.passkeys", _holder(owner), algorithm="sha256").digest()


def adding(owner: Owner) -> str:
    """The purpose of a challenge to which ``owner`` makes a passkey."""
    return f"add:{_holder(owner)}"


def new_challenge(session: SessionBase, purpose: str) -> bytes:
    """A challenge for this browser; the session keeps it until it is taken.

    Args:
        session: of the request.
        purpose: words that tell logging in from adding a passkey, and one issuer or person from
            another.
    """
    challenge = secrets.token_bytes(32)
    session[_key(purpose)] = {"challenge": challenge.hex(), "until": _stamp(clock.now() + LIFE)}
    return challenge


def take_challenge(session: SessionBase, purpose: str) -> bytes | None:
    """The challenge that this browser was given, once; None when it has none or it is old."""
    held = session.pop(_key(purpose), None)
    now = clock.now()
    if held is None or held["until"] < _stamp(now):
        return None
    challenge = bytes.fromhex(held["challenge"])
    return challenge if spend_once(challenge, now + LIFE) else None


def forget_challenge(session: SessionBase, purpose: str) -> None:
    """Have an answer to what this browser was given for ``purpose`` count no more."""
    session.pop(_key(purpose), None)


def read_answer(text: str) -> tuple[dict[str, Any], str]:
    """A browser's answer (``PublicKeyCredential.toJSON()``) and its credential's id, base64url;
    an empty dictionary when it is malformed."""
    try:
        answer = json.loads(text[:LONGEST_ANSWER])
    except (ValueError, RecursionError):  # the latter: brackets in brackets without end
        return {}, ""
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        return {}, ""
    return answer, answer["id"]


def _holder(owner: Owner) -> str:
    """What tells one person from every other, residents and staff alike."""
    kind = "staff:" if isinstance(owner, Staff) else ""
    return f"{kind}{owner.issuer_id}:{owner.pk}"


def _key(purpose: str) -> str:
    return f"passkey:{purpose}"


def _stamp(moment: Any) -> float:
    return float(moment.timestamp())
