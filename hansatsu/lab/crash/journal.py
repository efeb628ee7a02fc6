"""What was acknowledged, remembered as soon as it was heard."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Payment:
    """An acknowledged payment: under which key, its 決済ID, yen, and the purchase it is of."""

    actor: str
    key: str
    number: str
    amount: int
    purchase: str


@dataclass(frozen=True, slots=True)
class Refund:
    """An acknowledged refund of ``payment``."""

    number: str
    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class Charge:
    """An acknowledged card that was given ``amount`` yen."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A key under which nothing may ever happen."""

    actor: str
    key: str


@dataclass(slots=True)
class Journal:
    """Everything that was heard. Callers in many threads write to it."""

    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    cancelled: list[Cancelled] = field(default_factory=list)
    retried: int = 0
    contradictions: int = 0
    """Answers to a repeated request that named another payment."""
    refused: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, change: Callable[["Journal"], None]) -> None:
        """Change it alone."""
        with self._lock:
            change(self)

    def refuse(self, code: str) -> None:
        """Count a refusal."""
        with self._lock:
            self.refused[code] = self.refused.get(code, 0) + 1

    def retry(self) -> None:
        """Count a request that was sent again."""
        with self._lock:
            self.retried += 1

    @property
    def acknowledged(self) -> int:
        """How many promises were made."""
        return len(self.payments) + len(self.refunds) + len(self.charges) + len(self.cancelled)
