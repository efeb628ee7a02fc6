"""担当者: the accounts of the console."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.staff.second_factor import has_second_factor
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.staff.role_words import role_words
from hansatsu.web.shared.staff_words import how_many_passkeys


class StaffAdmin(IssuerAdmin):
    """The issuer's own people; a shop's are its manager's matter."""

    recorded_as = "staff"

    list_display = ("display_name_", "login_id_", "role_", "state")
    ordering = ("-is_active", "id")
    fields = ("display_name_", "login_id_", "role_", "state", "authenticator", "passkeys")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Without the shops' staff."""
        return super().get_queryset(request).filter(shop=None)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add somebody."""
        return [Link(_("担当者を追加"), console_url("staff_new"), "person_add")]

    def links(self, clerk: Clerk, thing: Staff) -> list[Link]:
        """What an owner does with somebody else's account."""
        if thing.pk == clerk.staff.pk:
            return []
        stop = Link(_("利用を停止"), console_url("staff_stop", thing.pk), danger=True)
        start = Link(_("利用を再開"), console_url("staff_start", thing.pk))
        return [
            Link(_("役割を変える"), console_url("staff_role", thing.pk)),
            Link(_("パスワードを再発行"), console_url("staff_password", thing.pk)),
            Link(_("認証アプリを登録し直す"), console_url("staff_second_factor", thing.pk)),
            stop if thing.is_active else start,
        ]

    def name_of(self, thing: Staff) -> str:
        """What they are called."""
        return thing.display_name

    @column(gettext_lazy("お名前"), ordering="display_name")
    def display_name_(self, staff: Staff) -> str:
        """What they are called."""
        return staff.display_name

    @column(gettext_lazy("ログインID"), ordering="login_id")
    def login_id_(self, staff: Staff) -> str:
        """What they log in with."""
        return staff.login_id

    @column(gettext_lazy("役割"), ordering="role")
    def role_(self, staff: Staff) -> str:
        """In words."""
        return role_words(staff.role)

    @column(
        gettext_lazy("状態"),
        label={gettext_lazy("利用中"): "success", gettext_lazy("停止中"): "danger"},
    )
    def state(self, staff: Staff) -> str:
        """Whether they can log in."""
        return _("利用中") if staff.is_active else _("停止中")

    @column(gettext_lazy("認証アプリ"))
    def authenticator(self, staff: Staff) -> str:
        """Whether one is set up."""
        return _("登録済み") if has_second_factor(staff) else _("次のログインで登録")

    @column(gettext_lazy("パスキー"))
    def passkeys(self, staff: Staff) -> str:
        """How many."""
        return how_many_passkeys(staff)
