"""All statements of a closing as PDF files, in the console: ordered, waited for, downloaded."""

import io
import zipfile

import pytest

from hansatsu.flows.settlement.documents.all_files import make_all
from hansatsu.flows.settlement.models import Closing, StatementFiles
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.settled import close
from tests.town import Town, make_town


@pytest.fixture
def closing() -> Closing:
    town: Town = make_town()
    town.charge(town.resident, town.all_shops, 1_000)
    town.pay(town.resident, town.shop, 700)
    return close(town.issuer)


def test_an_accountant_orders_them_waits_and_downloads(closing: Closing) -> None:
    desk = Desk(closing.issuer, Role.ACCOUNTANT)
    page = f"closings/{closing.pk}/files/"
    assert f"/console/{page}" in words(desk.get(f"closing/{closing.pk}/"))
    assert "2通" in words(desk.get(page))
    assert desk.get(f"{page}statements.zip").status_code == 404
    desk.post(page, {"reason": "お店に郵送するため"})
    files = StatementFiles.objects.get(closing=closing)
    assert "2通のうち0通" in words(desk.get(page))
    assert desk.get(f"{page}statements.zip").status_code == 404
    make_all(files.pk)
    assert "zipファイルを保存する" in words(desk.get(f"{page}live/"))
    answer = desk.get(f"{page}statements.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["0001-S0001.pdf", "0001-S0002.pdf"]
    (entry,) = AuditEntry.objects.of(closing.issuer).filter(act="statement_files_ordered")
    assert (entry.reason, entry.subject) == ("お店に郵送するため", f"closing:{closing.pk}")


def test_without_a_reason_nothing_is_made(closing: Closing) -> None:
    desk = Desk(closing.issuer, Role.ACCOUNTANT)
    assert desk.post(f"closings/{closing.pk}/files/", {"reason": ""}).status_code == 422
    assert not StatementFiles.objects.filter(closing=closing).exists()


def test_who_only_looks_is_not_offered_them(closing: Closing) -> None:
    desk = Desk(closing.issuer, Role.VIEWER)
    page = f"closings/{closing.pk}/files/"
    assert f"/console/{page}" not in words(desk.get(f"closing/{closing.pk}/"))
    assert desk.post(page, {"reason": "見たい"}).status_code == 403
    assert not StatementFiles.objects.filter(closing=closing).exists()
