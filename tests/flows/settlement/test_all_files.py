"""All statements of a closing as one zip file, made in parts that a killed worker leaves whole."""

import io
import zipfile
from datetime import timedelta
from unittest import mock

import pypdfium2
import pytest

from hansatsu.flows.settlement.documents import all_files
from hansatsu.flows.settlement.documents.all_files import (
    forget_old_files,
    joined,
    make_all,
    make_part,
    order_files,
)
from hansatsu.flows.settlement.models import Closing, StatementFiles, StatementFilesPart
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.settled import close
from tests.town import make_town


@pytest.fixture
def closing() -> Closing:
    town = make_town()
    town.charge(town.resident, town.all_shops, 5_000)
    town.pay(town.resident, town.shop, 4_321)
    town.add_shop("S0003", town.all_shops)
    return close(town.issuer)


@pytest.fixture(autouse=True)
def two_at_once() -> object:
    with mock.patch.object(all_files, "PART", 2):
        yield


def clerk(closing: Closing) -> Deed:
    return Deed(Actor(closing.issuer, "staff:1", "経理 恵子", CONSOLE), "お店に郵送するため")


def test_each_shop_has_its_file(closing: Closing) -> None:
    files = order_files(clerk(closing), closing)
    make_all(files.pk)
    files.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(joined(files)))
    assert archive.namelist() == ["0001-S0001.pdf", "0001-S0002.pdf", "0001-S0003.pdf"]
    page = pypdfium2.PdfDocument(archive.read("0001-S0001.pdf"))[0]
    assert "4,321円" in page.get_textpage().get_text_bounded().replace(" ", "")


def test_a_killed_worker_leaves_whole_parts_and_another_goes_on(closing: Closing) -> None:
    files = order_files(clerk(closing), closing)
    assert make_part(files.pk)
    with (
        mock.patch.object(all_files, "statement_pdf", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        make_part(files.pk)
    files.refresh_from_db()
    assert (files.done, files.parts.count()) == (2, 1)
    with pytest.raises(LookupError):
        joined(files)
    make_all(files.pk)
    make_all(files.pk)
    files.refresh_from_db()
    assert (files.done, files.parts.count()) == (3, 2)


def test_ordered_twice_they_are_made_once_and_stand_on_record(closing: Closing) -> None:
    first, again = (order_files(clerk(closing), closing) for _ in range(2))
    assert first == again
    entries = AuditEntry.objects.of(closing.issuer).filter(act="statement_files_ordered")
    assert [each.after for each in entries] == [{"closing": 1, "count": 3}]


def test_an_empty_closing_has_none(closing: Closing) -> None:
    empty = close(closing.issuer, closing.cut_at + timedelta(days=1), shops=[])
    with pytest.raises(ValueError, match="nothing"):
        order_files(clerk(closing), empty)


def test_after_a_week_they_are_forgotten_and_can_be_ordered_again(closing: Closing) -> None:
    files = order_files(clerk(closing), closing)
    make_all(files.pk)
    old = files.ordered_at - all_files.KEPT_FOR - timedelta(seconds=1)
    forget_old_files()
    assert StatementFiles.objects.filter(pk=files.pk).exists()
    StatementFiles.objects.filter(pk=files.pk).update(ordered_at=old)
    forget_old_files()
    assert not StatementFilesPart.objects.filter(files=files.pk).exists()
    assert not make_part(files.pk)
    assert order_files(clerk(closing), closing).done == 0
