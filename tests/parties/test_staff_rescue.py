"""``hansatsu resetstaff``: an only owner without phone and recovery codes comes in again."""

import getpass
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from hansatsu.commands.resetstaff import resetstaff
from hansatsu.parties.identity.models import Passkey, SecondFactor, Staff
from hansatsu.parties.issuers.models import Alarm, AuditEntry
from tests.support.clerks import Desk, employ
from tests.support.clients import words
from tests.support.passkeys import Key
from tests.town import Town, make_town, quick_hashing

WHY = "紛失。0285-22-9999 にかけ直し、町役場の佐藤さんに確認"


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_hashing():
        yield


def reset(code: str, login_id: str, reason: str = WHY) -> Result:
    words_ = ["--issuer", code, "--login-id", login_id, "--reason", reason]
    return CliRunner().invoke(resetstaff, words_)


def test_the_owner_comes_in_with_what_the_command_says(town: Town) -> None:
    owner = Desk(town.issuer)
    Key().belongs_to(owner.staff)
    said = reset(town.issuer.code, owner.staff.login_id.upper())
    assert said.exit_code == 0, said.output
    assert f"/console/login/?issuer={town.issuer.code}" in said.output
    password = said.output.split("with the password ")[1].split(",")[0]
    assert owner.get("").status_code == 303  # the session has ended
    assert not SecondFactor.objects.filter(staff=owner.staff).exists()
    assert not Passkey.objects.filter(staff=owner.staff).exists()
    assert owner.send_password().status_code == 422
    assert owner.send_password(password)["Location"] == "/console/login/password/"


def test_it_is_on_record_and_every_owner_is_told(town: Town) -> None:
    owner, other = employ(town.issuer), Desk(town.issuer)
    assert reset(town.issuer.code, owner.login_id).exit_code == 0
    acts = AuditEntry.objects.of(town.issuer).filter(place="server").order_by("pk")
    assert {each.actor_name for each in acts} == {getpass.getuser()}
    assert [each.act for each in acts] == ["staff_password_reset", "second_factor_reset"]
    assert {each.reason for each in acts} == {WHY}
    page = words(other.get(""))
    assert "サーバーで担当者を初期化した" in page
    assert WHY in page


@pytest.mark.parametrize(
    "typed", ["owner-of-town\u200b", " Owner-of-town ", "\uff4fwner\uff0dof-town"]
)
def test_the_login_id_is_read_as_at_the_log_in(town: Town, typed: str) -> None:
    """Pasted from a mail, or typed with full-width letters."""
    Staff.objects.filter(pk=employ(town.issuer).pk).update(login_id="owner-of-town")
    said = reset(town.issuer.code, typed)
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize("wrong", ["issuer", "login_id", "stopped", "elsewhere", "reason"])
def test_a_slip_changes_nothing(town: Town, wrong: str) -> None:
    owner = employ(town.issuer)
    elsewhere = employ(make_town().issuer)
    if wrong == "stopped":
        Staff.objects.filter(pk=owner.pk).update(is_active=False)
    before = Staff.objects.filter(pk__in=[owner.pk, elsewhere.pk]).order_by("pk").values_list()
    kept = list(before)
    said = reset(
        "NOBODY" if wrong == "issuer" else town.issuer.code,
        {"login_id": "nobody", "elsewhere": elsewhere.login_id}.get(wrong, owner.login_id),
        " " if wrong == "reason" else WHY,
    )
    assert said.exit_code != 0
    assert list(before.all()) == kept
    assert SecondFactor.objects.filter(staff=owner).exists()
    assert not Alarm.objects.of(town.issuer).exists()
    assert not AuditEntry.objects.of(town.issuer).exists()


def test_a_single_owner_is_told_to_add_another(town: Town) -> None:
    desk = Desk(town.issuer)
    said = "責任者が1人だけです"
    page = words(desk.get(""))
    assert said in page
    assert 'href="/console/staff/new/"' in page
    second = employ(town.issuer)
    Staff.objects.filter(pk=second.pk).update(must_change_password=True)
    assert said in words(desk.get("")), "an initial password that nobody has used may be lost"
    Staff.objects.filter(pk=second.pk).update(must_change_password=False)
    assert said not in words(desk.get(""))
