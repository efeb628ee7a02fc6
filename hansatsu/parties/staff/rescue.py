"""Letting somebody in whom nobody in the console can help any more: an only owner without phone and
recovery codes. Done on the server by its operator, and told to all who work in the console."""

from django.db import transaction
from django.utils.translation import gettext as _

from hansatsu.formats.typed import identifier
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.staff.accounts import reset_password, reset_second_factor
from hansatsu.parties.staff.first_managers import Handed


def rescue(by: Actor, login_id: str, *, reason: str) -> Handed | None:
    """A new initial password, the second factor forgotten, every session ended; on record, with an
    alarm that stands on ホーム of all owners. None, and nothing changed, when the issuer of ``by``
    has no active account of this login ID, which is read as at the log-in."""
    called = Staff.objects.called(identifier(login_id).casefold())
    accounts = called.select_related("issuer", "shop__issuer")
    with transaction.atomic():
        staff = accounts.filter(issuer=by.issuer, is_active=True).first()
        if staff is None:
            return None
        password = reset_password(by, staff, reason=reason)
        reset_second_factor(by, staff, reason=reason)
        said = _(
            "サーバーの管理者が、パスワードと認証アプリを初期化しました。"
            "心当たりがないときは、すぐにサーバーの管理者へご連絡ください。理由: %(reason)s"
        )
        raise_alarm(
            by.issuer,
            kind="staff_reset",
            subject=staff.actor,
            text=(said % {"reason": reason})[:300],
        )
    return Handed(staff, password)
