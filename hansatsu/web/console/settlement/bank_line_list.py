"""口座の明細: what the bank's statement says, line by line."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import BankLine, BankLineKind, LineSource
from hansatsu.flows.settlement.reconciliation.words import kind_words
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge, moment
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement.words import day_words, signed_yen


class BankLineAdmin(IssuerAdmin):
    """Newest first; what was taken back stays, beside what took it back."""

    recorded_as = "bank_line"

    list_display = ("day_", "amount", "kind_", "text_", "standing", "source_", "by")
    list_filter = (
        choice_filter("kind", gettext_lazy("種類"), known(BankLineKind.values, kind_words)),
    )
    ordering = ("-day", "-id")
    search_fields = ("text__icontains",)
    search_help_text = gettext_lazy("摘要の言葉で探せます。")
    fields = ("day_", "amount", "kind_", "withheld_", "text_", "standing", "source_", "by", "when")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("added_by", "reversed_by", "reverses")

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add lines, and to what they are compared with."""
        new = Link(_("明細を入力する"), console_url("bank_line_new"), "add")
        file = Link(_("ファイルから読み込む"), console_url("bank_line_import"), "upload")
        months = Link(_("資金照合"), console_url("reconciliations"), "balance")
        return clerk.only_open(
            ("bank_line_new", new), ("bank_line_import", file), ("reconciliations", months)
        )

    def links(self, clerk: Clerk, thing: BankLine) -> list[Link]:
        """To take it back."""
        if thing.reverses_id is not None or hasattr(thing, "reversed_by"):
            return []
        back = Link(_("取り消す"), console_url("bank_line_reverse", thing.pk), "undo", danger=True)
        return clerk.only_open(("bank_line_reverse", back))

    def name_of(self, thing: BankLine) -> str:
        """Its day and yen."""
        return f"{day_words(thing.day)} {signed_yen(thing.yen)}"

    @column(gettext_lazy("日付"), ordering="day")
    def day_(self, thing: BankLine) -> str:
        """As the bank has it."""
        return day_words(thing.day)

    @column(gettext_lazy("金額"), ordering="yen")
    def amount(self, thing: BankLine) -> str:
        """In or out."""
        return signed_yen(thing.yen)

    @column(gettext_lazy("種類"), ordering="kind")
    def kind_(self, thing: BankLine) -> str:
        """What it is."""
        return kind_words(thing.kind)

    @column(gettext_lazy("摘要"))
    def text_(self, thing: BankLine) -> str:
        """As the bank printed it."""
        return thing.text or "—"

    @column(gettext_lazy("決済代行が差し引いた手数料"))
    def withheld_(self, thing: BankLine) -> str:
        """Of a provider's payout."""
        return yen_words(thing.withheld) if thing.withheld else "—"

    @column(gettext_lazy("状態"))
    def standing(self, thing: BankLine) -> SafeString:
        """Whether it counts."""
        if thing.reverses_id is not None:
            return badge(_("取消の行"), "warning")
        return badge(_("取消済み"), "danger") if hasattr(thing, "reversed_by") else SafeString("—")

    @column(gettext_lazy("登録のしかた"))
    def source_(self, thing: BankLine) -> str:
        """Typed, or of a file."""
        return _("ファイル") if thing.source == LineSource.IMPORTED else _("入力")

    @column(gettext_lazy("登録した人"))
    def by(self, thing: BankLine) -> str:
        """Who added it."""
        return thing.added_by.display_name

    @column(gettext_lazy("登録日時"))
    def when(self, thing: BankLine) -> str:
        """When it was added."""
        return moment(thing.added_at)
