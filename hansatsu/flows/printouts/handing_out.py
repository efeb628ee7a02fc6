"""Files of codes and cards given to a clerk: one by one or all of a making as one zip file. Each
time stands in the record of acts, and so does that they were saved and wiped."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import cast

from django.db import transaction

from hansatsu.flows.printouts import store
from hansatsu.flows.printouts.batches import subject_of
from hansatsu.flows.printouts.models import Making, PrintFile
from hansatsu.parties.issuers.audit import Actor, Value, audit


def hand_out(by: Actor, number: int) -> tuple[PrintFile, bytes] | None:
    """The file, for the first who asks, and for them again until it is wiped; None for others."""
    with transaction.atomic():
        content = store.hand_out(by.issuer, number, actor=by.actor)
        if content is None:
            return None
        file = PrintFile.objects.of(by.issuer).defer("sealed").get(pk=number)
        after: dict[str, Value] = {"kind": file.kind, "form": file.form, "count": file.count}
        audit(by, "file_taken", f"print_file:{number}", after=after)
    return file, content


def hand_out_all(by: Actor, making: Making) -> list[int]:
    """Give all files of a making that ``by`` may get: their numbers, for ``zipped``. None of them
    is left for anybody else."""
    with transaction.atomic():
        wanted = list(making.files.order_by("first", "form").values_list("pk", flat=True))
        given = store.lock_files(by.issuer, wanted, by.actor)
        if given:
            store.mark_handed_out(given, by.actor)
            after: dict[str, Value] = {"kind": making.kind, "files": len(given)}
            audit(by, "files_taken", subject_of(making), after=after)
    return [number for number in wanted if number in given]


def saved(by: Actor, numbers: Sequence[int], subject: str) -> int:
    """Wipe files that ``by`` got and has saved, named by ``subject`` on record; how many."""
    with transaction.atomic():
        wiped = store.wipe(by.issuer, numbers, actor=by.actor)
        if wiped:
            audit(by, "files_saved", subject, after={"files": len(wiped)})
    return len(wiped)


def name_of(file: PrintFile) -> str:
    """What it is called on the clerk's disk."""
    spans = f"{file.kind}-{file.making_id or 0}-{file.first}-{file.last}"
    return f"{file.issuer.code}-{spans}.{file.form}"


def zipped(numbers: Sequence[int]) -> Iterator[bytes]:
    """A zip file of these files, read one after the other. The page process joins it before it
    sends it (ADR 0161), so memory must hold it once.

    Raises:
        LookupError: when one is wiped meanwhile; what was sent by then is no whole zip file.
    """
    sink = _Sink()
    with zipfile.ZipFile(cast("zipfile._ZipWritable", sink), "w", zipfile.ZIP_STORED) as archive:
        for number in numbers:
            file = PrintFile.objects.select_related("issuer").defer("sealed").get(pk=number)
            archive.writestr(name_of(file), store.content_of(number))
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """What ``zipfile`` writes to: nothing to go back in, and emptied after each file."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken
