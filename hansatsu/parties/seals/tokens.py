"""What stands in an address or a QR code and must come back as it went out: a signed text of a
frozen dataclass, with the time at which it was sealed (ADR 0205).

It is signed, not hidden: who holds it can read it. Its time is the ledger's clock's, so that a
shifted clock makes it old like everything else.
"""

from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, TimestampSigner, b62_decode, b62_encode

from hansatsu.parties.clock import now

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Opened[T]:
    """What a sealed ``text`` holds, when it was sealed, and how long it is fresh from then on;
    ``lifetime`` is None of what never grows old."""

    text: str
    value: T
    sealed_at: datetime
    lifetime: timedelta | None

    def is_fresh(self) -> bool:
        """True when no more than its lifetime has passed by the ledger's clock."""
        return self.lifetime is None or now() - self.sealed_at <= self.lifetime


class SealedToken[T: "DataclassInstance"]:
    """Seals and opens values of one dataclass, whose fields are what JSON has."""

    def __init__(
        self,
        shape: type[T],
        salt: str,
        lifetime: timedelta | Callable[[T], timedelta] | None,
        *,
        short: bool = False,
        compress: bool = False,
    ) -> None:
        """``salt`` tells texts of one kind from those of another, and is never changed: what was
        sealed before must still open. So are ``shape``'s field names and order (one may be added at
        the end, with a default for what was sealed before), ``short`` (the values alone are
        written) and ``compress`` (long ones are deflated). ``lifetime`` may depend on the value;
        None for ever."""
        self._shape = shape
        self._salt = salt
        self._lifetime = lifetime
        self._short = short
        self._compress = compress

    def seal(self, value: T) -> str:
        """``value`` as signed text that fits in an address, sealed now."""
        content = list(astuple(value)) if self._short else asdict(value)
        return _Signer(salt=self._salt).sign_object(content, compress=self._compress)

    def open(self, text: str) -> Opened[T] | None:
        """What is in a sealed text, however old, for what was begun with it must come to its end;
        None when we did not seal it, or it is of another shape."""
        try:
            content = _Signer(salt=self._salt).unsign_object(text)
        except BadSignature:
            return None
        try:
            value = self._shape(*content) if self._short else self._shape(**content)
        except TypeError:
            return None
        return Opened(text, value, _sealed_at(text), self._lifetime_of(value))

    def _lifetime_of(self, value: T) -> timedelta | None:
        return self._lifetime(value) if callable(self._lifetime) else self._lifetime


class _Signer(TimestampSigner):
    """Django's, by the ledger's clock."""

    def timestamp(self) -> str:
        """Seconds since 1970, as Django writes them."""
        return b62_encode(int(now().timestamp()))


def _sealed_at(text: str) -> datetime:
    """The time in a text whose signature is right: its last part but one."""
    return datetime.fromtimestamp(b62_decode(text.rsplit(":", 2)[1]), UTC)
