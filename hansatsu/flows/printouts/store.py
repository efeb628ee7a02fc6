"""Keeping print files: encrypted, handed out to one person, and wiped when they have it (ADR 0142).

A download that breaks off costs nothing: the first who got a file gets it again, until they say
that it is saved or an hour has passed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from hansatsu.flows.printouts.models import FileForm, Making, PrintFile, PrintKind
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.secrets_box import seal_file, unseal_file

KEPT_FOR: Final = timedelta(hours=1)
"""After it was last handed out. 50,000 letters are some 700 MB: twenty minutes on a line of
5 Mbit/s, and a second try must fit in."""


def keep(
    issuer: Issuer,
    kind: PrintKind,
    content: bytes,
    *,
    count: int,
    actor: str,
    card: Card | None = None,
    form: FileForm = FileForm.PDF,
    making: Making | None = None,
    first: int = 1,
) -> PrintFile:
    """Keep a file until it is downloaded. Call it in the transaction that makes its codes: both
    are there, or neither.

    Args:
        issuer: whose.
        kind: what is on it.
        content: the file.
        count: how many cards or letters.
        actor: who had it made, as ``staff:7``.
        card: the one card in it, when it was made for a lost one.
        form: what it is.
        making: the order that it is a part of.
        first: the number of its first card or letter there.
    """
    return PrintFile.objects.create(
        issuer=issuer,
        kind=kind,
        form=form,
        making=making,
        first=first,
        count=count,
        made_at=clock.now(),
        made_by=actor,
        sealed=seal_file(content),
        card=card,
    )


def gettable(numbers: Sequence[int], actor: str) -> set[int]:
    """Of these files, those that are there for ``actor``: for the first who asks, and from then on
    for them alone. One with a card in place of a lost one is not for the clerk who had it made."""
    return set(_gettable(actor).filter(pk__in=numbers).values_list("pk", flat=True))


def are_kept(numbers: Sequence[int]) -> bool:
    """True when any of these files is not wiped."""
    return PrintFile.objects.filter(pk__in=numbers, sealed__isnull=False).exists()


def is_gone_for(numbers: Sequence[int], actor: str) -> bool:
    """True when none of these files is left that ``actor`` could have saved: all are wiped, or
    those are that were theirs."""
    files = PrintFile.objects.filter(pk__in=numbers)
    theirs = files.filter(downloaded_by=actor)
    return not (theirs if theirs.exists() else files).filter(sealed__isnull=False).exists()


def is_own_card(file: PrintFile, actor: str) -> bool:
    """True when it holds a card that ``actor`` has reissued: somebody else fetches it, so that
    nobody takes another's money alone."""
    return file.card_id is not None and file.made_by == actor


def hand_out(issuer: Issuer, number: int, *, actor: str) -> bytes | None:
    """The issuer's print file, when it is ``gettable``. It stays until ``wipe``, or for
    ``KEPT_FOR``."""
    with transaction.atomic():
        if not lock_files(issuer, [number], actor):
            return None
        mark_handed_out([number], actor)
        return content_of(number)


def lock_files(issuer: Issuer, numbers: Sequence[int], actor: str) -> list[int]:
    """Those of the issuer's files that ``actor`` may get, for the rest of the transaction."""
    files = _gettable(actor).filter(issuer=issuer, pk__in=numbers).order_by("pk")
    return list(files.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def mark_handed_out(numbers: Sequence[int], actor: str) -> None:
    """Note that ``actor`` gets locked files now."""
    changed = PrintFile.objects.filter(pk__in=numbers)
    changed.update(downloaded_at=clock.now(), downloaded_by=actor)


def content_of(number: int) -> bytes:
    """What is in a file that was handed out.

    Raises:
        LookupError: when it was wiped.
    """
    sealed = PrintFile.objects.values_list("sealed", flat=True).get(pk=number)
    if sealed is None:
        raise LookupError("the file is wiped")
    return unseal_file(bytes(sealed))


def wipe(issuer: Issuer, numbers: Sequence[int], *, actor: str) -> list[int]:
    """Erase files that ``actor`` has got and saved; those that are erased by that."""
    files = PrintFile.objects.of(issuer).filter(
        pk__in=numbers, downloaded_by=actor, downloaded_at__isnull=False, sealed__isnull=False
    )
    with transaction.atomic():
        erased = list(files.select_for_update(no_key=True).values_list("pk", flat=True))
        PrintFile.objects.filter(pk__in=erased).update(sealed=None)
    return erased


def wipe_forgotten() -> int:
    """Erase files that were handed out so long ago that they are saved or lost; how many."""
    before = clock.now() - KEPT_FOR
    return PrintFile.objects.filter(downloaded_at__lte=before, sealed__isnull=False).update(
        sealed=None
    )


def take_out(issuer: Issuer, number: int, *, actor: str) -> bytes | None:
    """As ``hand_out``, and erased with that. In a transaction it is erased when that is committed,
    so write the file before."""
    with transaction.atomic():
        content = hand_out(issuer, number, actor=actor)
        if content is not None:
            wipe(issuer, [number], actor=actor)
    return content


def _gettable(actor: str) -> "QuerySet[PrintFile]":
    files = PrintFile.objects.filter(sealed__isnull=False, downloaded_by__in=("", actor))
    return files.exclude(card__isnull=False, made_by=actor)
