"""Codes and cards in bulk, and each purchase and gift code."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.printouts.models import Making, PrintKind
from hansatsu.formats.japan import in_japan
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.programs.models import CodeState, PurchaseCode
from hansatsu.web.console.codes import views
from hansatsu.web.console.codes.batches import batch_filter
from hansatsu.web.console.codes.words import (
    code_state_words,
    gift_state_words,
    kind_words,
    state_words,
)
from hansatsu.web.console.frame.access import Clerk, clerk_of, console_url
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.shared.time_words import until_words


class MakingAdmin(IssuerAdmin):
    """What was made in bulk; a page of its own shows how far one is."""

    list_display = ("name_", "kind_", "count_", "state_", "made")
    list_filter = (
        choice_filter("kind", gettext_lazy("種類"), known(PrintKind.values, kind_words)),
    )
    ordering = ("-id",)
    search_fields = ("name",)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To make more."""
        return clerk.only_open(
            ("code_make", Link(_("購入コードを作る"), console_url("code_make"), "add")),
            (
                "code_import",
                Link(_("購入コードをファイルから登録"), console_url("code_import"), "upload"),
            ),
            ("gift_make", Link(_("ギフトコードを作る"), console_url("gift_make"), "add")),
            ("card_make", Link(_("カードを作る"), console_url("card_make"), "add")),
        )

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        making = self.get_queryset(request).filter(pk=object_id).first()
        if making is None:
            raise Http404("not this issuer's")
        return views.page(request, clerk_of(request), making)

    @column(gettext_lazy("名前"), ordering="name")
    def name_(self, making: Making) -> str:
        """What staff call it."""
        return making.name

    @column(gettext_lazy("種類"), ordering="kind")
    def kind_(self, making: Making) -> str:
        """What is made."""
        return kind_words(making.kind)

    @column(gettext_lazy("枚数"), ordering="count")
    def count_(self, making: Making) -> str:
        """How many of how many are there."""
        if making.done == making.count:
            return f"{making.count:,}"
        return f"{making.done:,} / {making.count:,}"

    @column(
        gettext_lazy("状態"),
        ordering="state",
        label={
            gettext_lazy("作成中"): "info",
            gettext_lazy("完了"): "success",
            gettext_lazy("中断"): "danger",
        },
    )
    def state_(self, making: Making) -> str:
        """How far it is."""
        return state_words(making.state)

    @column(gettext_lazy("作成日時"), ordering="made_at")
    def made(self, making: Making) -> str:
        """When it was ordered."""
        return f"{in_japan(making.made_at):%Y/%m/%d %H:%M}"


class PurchaseCodeAdmin(IssuerAdmin):
    """Rights to buy. Of the code itself only the end is known."""

    recorded_as = "purchase_code"

    list_display = ("code_", "sale_", "units_", "state_", "until", "made")
    list_filter = (
        batch_filter(PrintKind.WINNERS),
        choice_filter("state", gettext_lazy("状態"), known(CodeState.values, code_state_words)),
    )
    ordering = ("-id",)
    search_fields = ("last_four__iexact",)
    search_help_text = gettext_lazy("コードの下4桁で探せます。")
    fields = ("code_", "sale_", "units_", "state_", "since", "until", "made", "note_")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With its sale."""
        codes: QuerySet[Any] = super().get_queryset(request).select_related("sale")
        return codes

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To make more."""
        new = Link(_("購入コードを作る"), console_url("code_make"), "add")
        files = Link(_("ファイルから登録"), console_url("code_import"), "upload")
        return clerk.only_open(("code_make", new), ("code_import", files))

    def links(self, clerk: Clerk, thing: PurchaseCode) -> list[Link]:
        """To make it void."""
        if thing.state != CodeState.FREE:
            return []
        void = Link(_("無効にする"), console_url("code_void", thing.pk), danger=True)
        return clerk.only_open(("code_void", void))

    def name_of(self, thing: PurchaseCode) -> str:
        """Its last characters: the whole is known to its holder alone."""
        return f"…{thing.last_four}"

    @column(gettext_lazy("コード(下4桁)"))
    def code_(self, code: PurchaseCode) -> str:
        """Its end."""
        return f"…{code.last_four}"

    @column(gettext_lazy("販売"), ordering="sale")
    def sale_(self, code: PurchaseCode) -> str:
        """What may be bought."""
        return code.sale.local_name

    @column(gettext_lazy("口数"))
    def units_(self, code: PurchaseCode) -> str:
        """Used of all."""
        return _("%(used)d / %(units)d口 使用") % {"used": code.units_used, "units": code.units}

    @column(
        gettext_lazy("状態"),
        ordering="state",
        label={gettext_lazy("未使用"): "success", gettext_lazy("無効"): "danger"},
    )
    def state_(self, code: PurchaseCode) -> str:
        """Whether it can be used."""
        return code_state_words(code.state)

    @column(gettext_lazy("購入開始"), ordering="valid_from")
    def since(self, code: PurchaseCode) -> str:
        """From when on."""
        return f"{in_japan(code.valid_from):%Y/%m/%d %H:%M}"

    @column(gettext_lazy("購入期限"), ordering="valid_until")
    def until(self, code: PurchaseCode) -> str:
        """The first moment of not, or none."""
        end = code.valid_until
        return until_words(end) if end else _("なし")

    @column(gettext_lazy("作成日時"), ordering="made_at")
    def made(self, code: PurchaseCode) -> str:
        """When."""
        return f"{in_japan(code.made_at):%Y/%m/%d %H:%M}"

    @column(gettext_lazy("備考"))
    def note_(self, code: PurchaseCode) -> str:
        """Of one that was made elsewhere."""
        return code.note or "—"


class GiftCodeAdmin(IssuerAdmin):
    """Gift codes. Of the code itself only the end is known."""

    recorded_as = "gift_code"

    list_display = ("code_", "batch_", "state_", "taken")
    list_filter = (
        batch_filter(PrintKind.GIFTS),
        choice_filter("state", gettext_lazy("状態"), known(GiftState.values, gift_state_words)),
    )
    ordering = ("-id",)
    found_first = "batch"
    search_fields = ("last_four__iexact", "batch__name__icontains")
    search_help_text = gettext_lazy("コードの下4桁や名前で探せます。")
    fields = ("code_", "batch_", "state_", "taken", "why")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With its batch."""
        codes: QuerySet[Any] = super().get_queryset(request).select_related("batch")
        return codes

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To make more."""
        new = Link(_("ギフトコードを作る"), console_url("gift_make"), "add")
        return clerk.only_open(("gift_make", new))

    def links(self, clerk: Clerk, thing: GiftCode) -> list[Link]:
        """To make it void."""
        if thing.state != GiftState.READY:
            return []
        void = Link(_("無効にする"), console_url("gift_void", thing.pk), danger=True)
        return clerk.only_open(("gift_void", void))

    def name_of(self, thing: GiftCode) -> str:
        """Its last characters: the whole is known to its holder alone."""
        return f"…{thing.last_four}"

    @column(gettext_lazy("コード(下4桁)"))
    def code_(self, code: GiftCode) -> str:
        """Its end."""
        return f"…{code.last_four}"

    @column(gettext_lazy("名前"), ordering="batch__name")
    def batch_(self, code: GiftCode) -> str:
        """What staff call its batch."""
        return code.batch.name

    @column(
        gettext_lazy("状態"),
        ordering="state",
        label={gettext_lazy("未使用"): "success", gettext_lazy("無効"): "danger"},
    )
    def state_(self, code: GiftCode) -> str:
        """Whether it can be taken."""
        return gift_state_words(code.state)

    @column(gettext_lazy("受け取り日時"), ordering="taken_at")
    def taken(self, code: GiftCode) -> str:
        """When it was taken."""
        return f"{in_japan(code.taken_at):%Y/%m/%d %H:%M}" if code.taken_at else "—"

    @column(gettext_lazy("無効の理由"))
    def why(self, code: GiftCode) -> str:
        """In words of staff."""
        return code.void_reason or "—"
