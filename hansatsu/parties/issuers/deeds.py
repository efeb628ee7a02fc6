"""Who does something, and why: what an act of staff is recorded with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hansatsu.parties.issuers.audit import Actor, Value, audit


@dataclass(frozen=True, slots=True)
class Deed:
    """An act of ``actor``, for ``reason`` in their words."""

    actor: Actor
    reason: str

    def record(
        self,
        act: str,
        subject: str,
        *,
        before: Mapping[str, Value] | None = None,
        after: Mapping[str, Value] | None = None,
        things: Iterable[str] = (),
    ) -> None:
        """Write it to the audit log, in the caller's transaction; as ``issuers.audit`` has it."""
        audit(
            self.actor,
            act,
            subject,
            reason=self.reason,
            before=before,
            after=after,
            things=things,
        )
