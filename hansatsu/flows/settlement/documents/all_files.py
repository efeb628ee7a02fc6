"""A PDF file of each statement of a closing, made by the worker a part at a time, and joined into
one zip file when it is downloaded.

A part and how far it has come are one transaction: a worker that is killed leaves whole parts, and
another goes on behind them. They are forgotten after a week: made again, they are the same.
"""

import io
import zipfile
from datetime import timedelta
from typing import Final

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from hansatsu.flows.printouts.batches import QUEUE
from hansatsu.flows.settlement.documents.pdf import statement_pdf
from hansatsu.flows.settlement.models import (
    Closing,
    Statement,
    StatementFiles,
    StatementFilesPart,
)
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.issuers.deeds import Deed

TASK: Final = "make_statement_files"
PART: Final = 50
"""Statements in one transaction: some seconds."""
KEPT_FOR: Final = timedelta(days=7)


def files_of(closing: Closing) -> StatementFiles | None:
    """How far they are made; None when nobody has asked for them, or they are forgotten."""
    return StatementFiles.objects.filter(closing=closing).first()


def order_files(deed: Deed, closing: Closing) -> StatementFiles:
    """Have the worker make them; once, however often it is asked for while they are there.

    Raises:
        ValueError: when the closing has no statement.
    """
    if not closing.statement_count:
        raise ValueError("there is nothing to make")
    with transaction.atomic():
        files, is_new = StatementFiles.objects.get_or_create(
            closing=closing,
            defaults={
                "issuer": closing.issuer,
                "count": closing.statement_count,
                "ordered_at": clock.now(),
                "ordered_by": deed.actor.actor,
            },
        )
        if is_new:
            after: dict[str, Value] = {"closing": closing.number, "count": files.count}
            deed.record("statement_files_ordered", closing.subject, after=after)
            task = configure_task(name=TASK, job_manager=JobManager(DjangoConnector()), queue=QUEUE)
            task.defer(files_id=files.pk)
    return files


def make_all(files_id: int) -> None:
    """Make what is still to be made."""
    while make_part(files_id):
        pass


def make_part(files_id: int) -> bool:
    """Make the next part; False when there is nothing more to make."""
    with transaction.atomic():
        files = StatementFiles.objects.select_for_update(no_key=True).filter(pk=files_id).first()
        if files is None or files.finished_at is not None:
            return False
        rows = Statement.objects.of(files.issuer).filter(closing=files.closing_id)
        rows = rows.select_related("closing", "shop__issuer").order_by("pk")
        part = list(rows[files.done : files.done + PART])
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for statement in part:
                archive.writestr(f"{statement.number}.pdf", statement_pdf(statement))
        StatementFilesPart.objects.create(
            issuer=files.issuer, files=files, first=files.done, content=sink.getvalue()
        )
        files.done += len(part)
        files.finished_at = clock.now() if files.done == files.count else None
        files.save(update_fields=["done", "finished_at"])
        return files.finished_at is None


def joined(files: StatementFiles) -> bytes:
    """All files as one zip file.

    Raises:
        LookupError: when they are not all made.
    """
    if files.finished_at is None:
        raise LookupError("they are still being made")
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for part in files.parts.iterator(chunk_size=1):
            with zipfile.ZipFile(io.BytesIO(bytes(part.content))) as some:
                for name in some.namelist():
                    archive.writestr(name, some.read(name))
    return sink.getvalue()


def forget_old_files() -> int:
    """Delete those that were ordered ``KEPT_FOR`` ago, made or not; how many closings' they
    were."""
    old = StatementFiles.objects.filter(ordered_at__lt=clock.now() - KEPT_FOR)
    ids = list(old.values_list("pk", flat=True))
    StatementFiles.objects.filter(pk__in=ids).delete()
    return len(ids)
