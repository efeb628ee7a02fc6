"""Keeping print files: encrypted, and handed out once."""

from django.db import transaction

from hansatsu.cards.models import Card
from hansatsu.issuers import clock
from hansatsu.issuers.models import Issuer
from hansatsu.issuers.secrets_box import seal_file, unseal_file
from hansatsu.printouts.models import FileForm, Making, PrintFile, PrintKind


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


def take_out(issuer: Issuer, number: int, *, actor: str) -> bytes | None:
    """The issuer's print file, for the first who asks: it is erased with that. None when there is
    none, or it was downloaded before. In a transaction it is erased when that is committed, so
    write the file before."""
    with transaction.atomic():
        files = PrintFile.objects.of(issuer).select_for_update(of=("self",))
        file = files.filter(pk=number).first()
        if file is None or file.sealed is None:
            return None
        pdf = unseal_file(bytes(file.sealed))
        file.sealed, file.downloaded_at, file.downloaded_by = None, clock.now(), actor
        file.save(update_fields=["sealed", "downloaded_at", "downloaded_by"])
    return pdf
