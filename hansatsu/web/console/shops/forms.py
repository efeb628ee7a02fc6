"""What is asked about a shop."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.programs.selectors import emoneys
from hansatsu.parties.seals.bank_accounts import TYPES
from hansatsu.parties.shops.fields import ACCOUNT, account_notes, read_shop, read_shop_account
from hansatsu.parties.shops.models import Area, Category
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.asking import ReasonForm


class AccountForm(ReasonForm):
    """The bank account; the numbers are looked up when it is sent."""

    bank = fields.text(gettext_lazy("金融機関番号"), 8, help_text=gettext_lazy("4桁の数字です。"))
    branch = fields.text(
        gettext_lazy("支店番号"),
        8,
        help_text=gettext_lazy("3桁の数字です。ゆうちょ銀行は、通帳の記号(5桁)でも入力できます。"),
    )
    type = fields.choice(gettext_lazy("預金種目"), lambda: [("", "—"), *TYPES.items()])
    number = fields.text(
        gettext_lazy("口座番号"),
        12,
        help_text=gettext_lazy("7桁までの数字です。記号を入力したときは、通帳の番号を末尾まで。"),
    )
    holder = fields.text(
        gettext_lazy("口座名義カナ"), 60, help_text=gettext_lazy("通帳のとおりにカタカナで。")
    )
    field_order = [*ACCOUNT, "reason"]

    def clean(self) -> dict[str, Any]:
        """With ``account``: what was typed, at a bank that exists; None when nothing was. And with
        ``notes``: what is kept otherwise than it was typed."""
        found = super().clean() or self.cleaned_data
        typed = {name: str(self.cleaned_data.get(name, "")) for name in ACCOUNT}
        account, errors = read_shop_account(typed)
        fields.add_errors(self, {n: said for n, said in errors.items() if n not in self.errors})
        return found | {"account": account, "notes": account_notes(typed)}


class ShopForm(ReasonForm):
    """Name, place and kind of a shop. Nothing of another issuer can be chosen."""

    name = fields.text(gettext_lazy("店名"), 60)
    name_kana = fields.text(gettext_lazy("フリガナ"), 100)
    name_en = fields.english(gettext_lazy("英語名"), 100)
    area = fields.choice(gettext_lazy("地区"))
    category = fields.choice(gettext_lazy("業種"))
    address = fields.text(gettext_lazy("住所"), 150)
    phone = fields.text(gettext_lazy("電話番号"), 20, required=False)
    contact_email = fields.text(
        gettext_lazy("連絡先メールアドレス"),
        254,
        required=False,
        help_text=gettext_lazy("精算と振込先の口座のお知らせを送ります。"),
    )

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._areas = {str(each.pk): each for each in Area.objects.of(issuer)}
        self._categories = {str(each.pk): each for each in Category.objects.of(issuer)}
        for name, known in (("area", self._areas), ("category", self._categories)):
            offered = [(pk, each.local_name) for pk, each in known.items()]
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With ``shop``: the fields as they are kept, area and category as rows."""
        found = super().clean() or self.cleaned_data
        typed = {name: str(value) for name, value in self.cleaned_data.items()}
        texts, errors = read_shop(typed)
        if "code" not in self.fields:
            texts.pop("code")
            errors.pop("code")
        fields.add_errors(self, {n: said for n, said in errors.items() if n not in self.errors})
        area = self._areas.get(typed.get("area", ""))
        category = self._categories.get(typed.get("category", ""))
        return found | {"shop": {**texts, "area": area, "category": category}}


class NewShopForm(ShopForm, AccountForm):
    """A whole new shop; the account may come later, and is asked of who may set it."""

    code = fields.text(
        gettext_lazy("加盟店番号"),
        16,
        help_text=gettext_lazy("英大文字と数字。ポスターに載り、あとから変えられません。例: S0001"),
    )
    takes = fields.several(gettext_lazy("使える電子マネー"))
    field_order = [
        *("code", "name", "name_kana", "name_en", "area", "category", "address", "phone"),
        *("contact_email", "takes", *ACCOUNT, "reason"),
    ]

    def __init__(self, issuer: Issuer, *args: Any, accounts: bool, **names: Any) -> None:
        super().__init__(issuer, *args, **names)
        offer_emoneys(self, issuer)
        for name in ACCOUNT:
            self.fields[name].required = False
            if not accounts:
                del self.fields[name]


class TakesForm(ReasonForm):
    """Which emoneys a shop takes."""

    takes = fields.several(gettext_lazy("使える電子マネー"), required=False)
    field_order = ["takes", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        offer_emoneys(self, issuer)


class GroupForm(ReasonForm):
    """An area or a category."""

    name = fields.text(gettext_lazy("名前"), 40)
    name_en = fields.english(gettext_lazy("英語名"), 60)
    order = fields.number(
        gettext_lazy("並び順"), 0, 9999, help_text=gettext_lazy("小さい数から順に並びます。")
    )
    field_order = ["name", "name_en", "order", "reason"]


class ImportForm(ReasonForm):
    """A file with many shops."""

    file = fields.file(gettext_lazy("ファイル(.xlsx または .csv)"), ".xlsx,.csv")
    known = fields.radio(
        gettext_lazy("登録済みの加盟店番号の行"),
        lambda: [
            ("refuse", _("誤りとする(新しい加盟店だけを登録)")),
            ("change", _("登録済みの内容を、ファイルのとおりに変える")),
        ],
        initial="refuse",
        required=False,
    )
    field_order = ["file", "known", "reason"]


def offer_emoneys(form: Any, issuer: Issuer) -> None:
    """The issuer's emoneys, to choose from."""
    form.fields["takes"].choices = [(str(each.pk), each.local_name) for each in emoneys(issuer)]


def chosen_emoneys(issuer: Issuer, chosen: list[str]) -> list[Emoney]:
    """The emoneys that were ticked."""
    return [each for each in emoneys(issuer) if str(each.pk) in chosen]


def group_words(kind: str) -> str:
    """地区 or 業種."""
    return {"area": _("地区"), "category": _("業種")}[kind]
