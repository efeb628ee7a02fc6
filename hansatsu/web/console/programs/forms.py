"""What is asked about what is on sale."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, Product, Sale
from hansatsu.parties.programs.selectors import emoneys, going_sales
from hansatsu.parties.programs.services import Expiry
from hansatsu.parties.shops.models import Area, Category, Shop
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.asking import ReasonForm

MOST_YEN = 10_000_000
PART_NAME = "part_"


class EmoneyForm(ReasonForm):
    """A kind of value."""

    name = fields.text(gettext_lazy("名前"), 40, help_text=gettext_lazy("例: 全店共通"))
    name_en = fields.english(gettext_lazy("英語名"), 60)
    field_order = ["name", "name_en", "reason"]


class AcceptForm(ReasonForm):
    """Which shops take an emoney, from when until when."""

    what = fields.radio(
        gettext_lazy("取り扱い"),
        lambda: [("start", _("使えるようにする")), ("end", _("使えないようにする"))],
        initial="start",
    )
    whose = fields.choice(gettext_lazy("加盟店"))
    start = fields.moment(
        gettext_lazy("開始"), required=False, help_text=gettext_lazy("空けると、今からです。")
    )
    end = fields.moment(
        gettext_lazy("終了"), required=False, help_text=gettext_lazy("空けると、期限なしです。")
    )
    field_order = ["what", "whose", "start", "end", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._issuer = issuer
        areas, kinds = Area.objects.of(issuer), Category.objects.of(issuer)
        offered = [("all", _("すべての加盟店"))]
        offered += [(f"category:{each.pk}", f"{_('業種')}: {each.local_name}") for each in kinds]
        offered += [(f"area:{each.pk}", f"{_('地区')}: {each.local_name}") for each in areas]
        self.fields["whose"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With ``shops``: those that were meant, open ones alone."""
        found = super().clean() or self.cleaned_data
        shops = Shop.objects.of(self._issuer).filter(open=True)
        kind, _colon, pk = found.get("whose", "").partition(":")
        if pk:
            shops = shops.filter(**{f"{kind}_id": int(pk)})
        start, end = found.get("start"), found.get("end")
        if start and end and end <= start:
            self.add_error("end", _("開始より後の日時にしてください。"))
        if not shops.exists():
            self.add_error("whose", _("あてはまる利用中の加盟店がありません。"))
        return found | {"shops": list(shops)}


class SaleForm(ReasonForm):
    """A sale: what its products have in common."""

    name = fields.text(gettext_lazy("名前"), 60)
    name_en = fields.english(gettext_lazy("英語名"), 60)
    opens_at = fields.moment(gettext_lazy("販売開始"))
    closes_at = fields.moment(
        gettext_lazy("販売終了"), required=False, help_text=gettext_lazy("空けると、期限なしです。")
    )
    units_per_person = fields.number(
        gettext_lazy("1人が買える口数"),
        1,
        10_000,
        required=False,
        help_text=gettext_lazy("空けると、制限なしです。"),
    )
    field_order = ["name", "name_en", "opens_at", "closes_at", "units_per_person", "reason"]

    def __init__(self, *args: Any, has_opened: bool = False, **names: Any) -> None:
        super().__init__(*args, **names)
        self._has_opened = has_opened

    def clean(self) -> dict[str, Any]:
        """Forwards in time; only a sale that has opened may be over, for it is stopped so."""
        found = super().clean() or self.cleaned_data
        opens, closes = found.get("opens_at"), found.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("販売開始より後の日時にしてください。"))
        elif closes and closes <= clock.now() and not self._has_opened:
            self.add_error("closes_at", _("もう過ぎた日時です。今より後の日時にしてください。"))
        return found


class ExpiryForm(ReasonForm):
    """Until when value lives."""

    rule = fields.radio(
        gettext_lazy("有効期限"),
        lambda: [
            ("on", _("日付を決める")),
            ("after", _("受け取ってからの月数を決める")),
            ("never", _("なし")),
        ],
        initial="on",
    )
    expires_on = fields.day(
        gettext_lazy("使える最後の日"),
        required=False,
        help_text=gettext_lazy("当日23:59までです。"),
    )
    months = fields.number(gettext_lazy("月数"), 1, 600, required=False)

    def clean(self) -> dict[str, Any]:
        """With ``expiry``, which is one of the three."""
        found = super().clean() or self.cleaned_data
        rule, on, months = found.get("rule"), found.get("expires_on"), found.get("months")
        if rule == "on" and on is None:
            self.add_error("expires_on", _("日付を入力してください。"))
        if rule == "on" and on is not None and on < in_japan(clock.now()).date():
            self.add_error("expires_on", _("今日より後の日付にしてください。"))
        if rule == "after" and months is None:
            self.add_error("months", _("月数を入力してください。"))
        expiry = Expiry(on if rule == "on" else None, months if rule == "after" else None)
        return found | {"expiry": expiry}


class PartsMixin(forms.Form):
    """Yen of each of the issuer's emoneys."""

    def add_parts(self, issuer: Issuer) -> None:
        """A field for each emoney, before what stands last."""
        self._emoneys = {f"{PART_NAME}{each.pk}": each for each in emoneys(issuer)}
        for name, emoney in self._emoneys.items():
            label = _("%(emoney)s(円)") % {"emoney": emoney.local_name}
            self.fields[name] = fields.number(label, 0, MOST_YEN, required=False)

    def parts(self) -> dict[Emoney, int]:
        """What was typed, without those of 0 yen."""
        typed = {each: self.cleaned_data.get(name) for name, each in self._emoneys.items()}
        return {emoney: amount for emoney, amount in typed.items() if amount}

    def has_wrong_part(self) -> bool:
        """True when what was typed for one of them is no number of yen."""
        return bool(self.errors.keys() & self._emoneys.keys())


class FilledMixin(PartsMixin):
    """Yen of each of the issuer's emoneys, of one at least."""

    def clean(self) -> dict[str, Any]:
        """With some value."""
        found = super().clean() or self.cleaned_data
        if not self.parts() and not self.has_wrong_part():
            self.add_error(None, _("どの電子マネーも0円です。"))
        return found


def offer_sales(form: forms.Form, issuer: Issuer) -> dict[str, Sale]:
    """Let one of the issuer's sales be chosen that are not over; all of them by their numbers."""
    sales = {str(each.pk): each for each in going_sales(issuer, clock.now())}
    offered = [(pk, each.local_name) for pk, each in sales.items()]
    form.fields["sale"].choices = offered  # type: ignore[attr-defined]
    return sales


class ProductForm(ExpiryForm, FilledMixin):
    """Products of 1 to n units of the same thing."""

    sale = fields.choice(gettext_lazy("販売"))
    name = fields.text(gettext_lazy("商品名"), 50)
    name_en = fields.english(gettext_lazy("英語名"), 50)
    most = fields.number(
        gettext_lazy("何口まで買えるか"),
        1,
        20,
        initial=1,
        help_text=gettext_lazy("1口からこの口数まで、口数ごとの商品を作ります。"),
    )
    price = fields.number(gettext_lazy("1口の価格(円)"), 1, MOST_YEN)

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.add_parts(issuer)
        self.sales = offer_sales(self, issuer)
        self.order_fields(
            [
                *("sale", "name", "name_en", "most", "price", *self._emoneys),
                *("rule", "expires_on", "months", "reason"),
            ]
        )


class ProductEditForm(ExpiryForm, FilledMixin):
    """What is to stand in a product's place."""

    name = fields.text(gettext_lazy("商品名"), 60)
    name_en = fields.english(gettext_lazy("英語名"), 60)
    price = fields.number(gettext_lazy("価格(円)"), 1, MOST_YEN)

    def __init__(self, product: Product, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.add_parts(product.issuer)
        held = {each.emoney_id: each.amount for each in product.parts.all()}
        for name, emoney in self._emoneys.items():
            self.initial[name] = held.get(emoney.pk)
        rules = {"fixed": "on", "months": "after", "none": "never"}
        for name in ("name", "name_en", "price", "months", "expires_on"):
            self.initial[name] = getattr(product, name)
        self.initial["rule"] = rules[product.expiry_rule]
        self.order_fields(
            ["name", "name_en", "price", *self._emoneys, "rule", "expires_on", "months", "reason"]
        )


class WithdrawForm(ReasonForm):
    """Which products of a sale are taken back."""

    products = fields.several(gettext_lazy("商品"))
    field_order = ["products", "reason"]

    def __init__(self, known: Sequence[Product], *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._known = {str(each.pk): each for each in known}
        offered = [(pk, each.local_name) for pk, each in self._known.items()]
        self.fields["products"].choices = offered  # type: ignore[attr-defined]

    def chosen(self) -> list[Product]:
        """Those that were ticked."""
        return [self._known[pk] for pk in self.cleaned_data["products"]]
