"""What is asked about settling: own account, days, the bank's file, fees."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.fee_classes import fee_classes
from hansatsu.flows.settlement.models import (
    BankDayShift,
    FeeBearer,
    FeeClass,
    LineEnding,
    SettlementRules,
)
from hansatsu.flows.settlement.models.rules import MOST_BASIS_POINTS, MOST_FIXED
from hansatsu.formats.registration_number import is_registration_number
from hansatsu.formats.typed import identifier, plain
from hansatsu.formats.zengin.banks import find_place
from hansatsu.formats.zengin.bulk_transfer import ORIGINATOR_NAME
from hansatsu.formats.zengin.names import read_name
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import type_words
from hansatsu.parties.seals.transfer_names import why_unfit
from hansatsu.parties.shops.fields import code_of
from hansatsu.parties.shops.models import Category, Shop
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.asking import ReasonForm

BANDS = (1, 2, 3)
MOST_FEE = 10_000
MOST_CLOSED = 60
"""Days on which the town's bank is closed beyond what all banks close on."""
PER_CENT = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?")


class AccountForm(ReasonForm):
    """Where the money leaves from, and as whom the bank knows the town."""

    originator_code = fields.text(
        gettext_lazy("委託者コード"), 14, help_text=gettext_lazy("銀行から届いた10桁の数字です。")
    )
    originator_name = fields.text(
        gettext_lazy("振込依頼人名(カタカナ)"),
        80,
        help_text=gettext_lazy("加盟店の通帳に載る名前です。銀行に届けたとおりに。"),
    )
    own_bank = fields.text(
        gettext_lazy("金融機関番号"), 8, help_text=gettext_lazy("4桁の数字です。")
    )
    own_branch = fields.text(gettext_lazy("支店番号"), 8, help_text=gettext_lazy("3桁の数字です。"))
    own_type = fields.choice(
        gettext_lazy("預金種目"), lambda: [(kind, type_words(kind)) for kind in ("1", "2")]
    )
    own_number = fields.text(
        gettext_lazy("口座番号"), 12, help_text=gettext_lazy("7桁までの数字です。")
    )
    field_order = [
        *("originator_code", "originator_name", "own_bank", "own_branch", "own_type"),
        *("own_number", "reason"),
    ]

    def clean(self) -> dict[str, Any]:
        """As the bank's file has them, at a branch that exists."""
        found = super().clean() or self.cleaned_data
        for name, digits in (("own_bank", 4), ("own_branch", 3), ("originator_code", 10)):
            found[name] = self._number(name, digits)
        number = plain(found.get("own_number", "")).zfill(7)
        found["own_number"] = number
        if "own_number" not in self.errors and not re.fullmatch("[0-9]{7}", number):
            self.add_error("own_number", _("口座番号を、7桁までの数字で入力してください。"))
        if not {"own_bank", "own_branch"} & self.errors.keys():
            self._look_up(found["own_bank"], found["own_branch"])
        name = found.get("originator_name", "")
        if name and (unfit := why_unfit(name, ORIGINATOR_NAME)):
            self.add_error("originator_name", unfit)
        return found | {"originator_name": read_name(name).text}

    def _number(self, name: str, digits: int) -> str:
        typed = plain(self.cleaned_data.get(name, ""))
        if name not in self.errors and not re.fullmatch(f"[0-9]{{{digits}}}", typed):
            self.add_error(name, _("%(digits)d桁の数字で入力してください。") % {"digits": digits})
        return typed

    def _look_up(self, bank: str, branch: str) -> None:
        place = find_place(bank, branch)
        if not place.bank:
            self.add_error("own_bank", _("この番号の金融機関はありません。"))
        elif not place.branch:
            said = _("「%(bank)s」に、この番号の支店はありません。") % {"bank": place.bank}
            self.add_error("own_branch", said)


class DaysForm(ReasonForm):
    """How bank days move payouts."""

    bank_day_shift = fields.radio(
        gettext_lazy("振込日が銀行の休みの日のとき"),
        lambda: [
            (BankDayShift.NEXT, _("次の営業日に振り込む")),
            (BankDayShift.PREVIOUS, _("前の営業日に振り込む")),
        ],
    )
    hand_in_days = fields.number(
        gettext_lazy("銀行へのファイルの提出期限(振込日の何営業日前)"),
        0,
        10,
        help_text=gettext_lazy("銀行との契約のとおりに。期限はホームに表示されます。"),
    )
    own_closed_days = fields.long_text(
        gettext_lazy("取引銀行が独自に休む日"),
        1_000,
        rows=4,
        required=False,
        help_text=gettext_lazy(
            "土日、祝日、12月31日〜1月3日のほかに休む日を、2026-08-14のように1行に1日ずつ。"
        ),
    )
    first_payout_hold_days = fields.number(
        gettext_lazy("新しい口座への最初の振込を待つ日数"),
        0,
        30,
        help_text=gettext_lazy("口座の承認から数えます。乗っ取りに気づくための日数です。"),
    )
    field_order = [
        *("bank_day_shift", "hand_in_days", "own_closed_days", "first_payout_hold_days", "reason"),
    ]

    def clean_own_closed_days(self) -> list[date]:
        """Each once, ascending."""
        lines = self.cleaned_data["own_closed_days"].split()
        days = set()
        for line in lines:
            try:
                days.add(date.fromisoformat(identifier(line).replace("/", "-")))
            except ValueError:
                said = _("「%(line)s」は日付ではありません。2026-08-14のように入力してください。")
                self.add_error("own_closed_days", said % {"line": line[:40]})
        if len(days) > MOST_CLOSED:
            self.add_error(
                "own_closed_days", _("%(most)d日まで登録できます。") % {"most": MOST_CLOSED}
            )
        return sorted(days)


class FileForm(ReasonForm):
    """What banks differ in, and the town's number for invoices."""

    line_ending = fields.radio(
        gettext_lazy("レコードの終わりの改行"),
        lambda: [(LineEnding.CRLF, _("改行あり(CR+LF)")), (LineEnding.NONE, _("改行なし"))],
    )
    clearing_fill = fields.radio(
        gettext_lazy("手形交換所番号の欄"),
        lambda: [("0000", _("0000で埋める")), ("    ", _("空白で埋める"))],
    )
    registration_number = fields.text(
        gettext_lazy("登録番号(適格請求書)"),
        20,
        required=False,
        help_text=gettext_lazy("Tと13桁の数字です。登録していなければ空けてください。"),
    )
    field_order = ["line_ending", "clearing_fill", "registration_number", "reason"]

    def clean_registration_number(self) -> str:
        """Empty, or one whose check digit is right."""
        typed = identifier(self.cleaned_data["registration_number"]).upper().replace("-", "")
        if typed and not is_registration_number(typed):
            self.add_error(
                "registration_number",
                _("登録番号が正しくありません。写し間違いがないか確かめてください。"),
            )
        return typed


class TransferFeeForm(ReasonForm):
    """Who pays what the bank takes for a transfer."""

    fee_bearer = fields.radio(
        gettext_lazy("振込手数料を負担するのは"),
        lambda: [
            (FeeBearer.ISSUER, _("発行者(加盟店には全額を振り込む)")),
            (FeeBearer.SHOP, _("加盟店(振込額から差し引く)")),
        ],
    )

    def __init__(self, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        for band in BANDS:
            self.fields[f"from_yen_{band}"] = fields.number(
                _("%(band)d段目: 振込額が何円から") % {"band": band}, 1, 100_000_000, required=False
            )
            for name, label in (
                ("same_bank", _("同じ銀行へ(円)")),
                ("other_bank", _("ほかの銀行へ(円)")),
            ):
                self.fields[f"{name}_{band}"] = fields.number(label, 0, MOST_FEE, required=False)
        self.order_fields(["fee_bearer", *_band_names(), "reason"])

    def clean(self) -> dict[str, Any]:
        """With ``transfer_fees`` as the rules keep them: from 1 yen on, ascending."""
        found = super().clean() or self.cleaned_data
        bands = [self._band(found, band) for band in BANDS]
        given = [band for band in bands if band]
        starts = [band["from_yen"] for band in given]
        if found.get("fee_bearer") == FeeBearer.SHOP and not given:
            self.add_error(
                "from_yen_1", _("加盟店が負担するときは、振込手数料を入力してください。")
            )
        elif starts and (
            starts[0] != 1 or starts != sorted(set(starts)) or bands[: len(given)] != given
        ):
            self.add_error("from_yen_1", _("1円から始めて、金額の小さい順に入力してください。"))
        return found | {"transfer_fees": given}

    def _band(self, found: dict[str, Any], band: int) -> dict[str, int]:
        names = ("from_yen", "same_bank", "other_bank")
        values = {name: found.get(f"{name}_{band}") for name in names}
        if all(value is None for value in values.values()):
            return {}
        for name, value in values.items():
            if value is None and f"{name}_{band}" not in self.errors:
                self.add_error(f"{name}_{band}", _("入力してください。"))
        return {name: value or 0 for name, value in values.items()}


class OnDemandForm(ReasonForm):
    """Whether shops may ask to be paid in between."""

    on_demand = fields.tick(gettext_lazy("随時払いを受け付ける"))
    on_demand_minimum = fields.number(gettext_lazy("申請できる最低の金額(円)"), 1, 100_000_000)
    on_demand_fee_class = fields.choice(gettext_lazy("随時払いの手数料区分"), required=False)
    field_order = ["on_demand", "on_demand_minimum", "on_demand_fee_class", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._classes = offer_classes(self, "on_demand_fee_class", issuer)

    def clean_on_demand_fee_class(self) -> FeeClass | None:
        """The class itself."""
        return self._classes.get(self.cleaned_data["on_demand_fee_class"])


class FeeClassForm(ReasonForm):
    """A new class of fees."""

    name = fields.text(
        gettext_lazy("手数料区分の名前"), 40, help_text=gettext_lazy("精算書に載ります。例: 一般")
    )
    per_cent = fields.text(
        gettext_lazy("売上に対する割合(%)"),
        6,
        help_text=gettext_lazy("0から20まで。小数は第2位まで。例: 1.5"),
    )
    fixed = fields.number(gettext_lazy("決済1件ごと(円)"), 0, MOST_FIXED, initial=0)
    field_order = ["name", "per_cent", "fixed", "reason"]

    def clean_per_cent(self) -> str:
        """As typed; with ``basis_points`` as whole hundredths."""
        typed = plain(self.cleaned_data["per_cent"])
        found = PER_CENT.fullmatch(typed)
        self.basis_points = (
            int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
        )
        if not 0 <= self.basis_points <= MOST_BASIS_POINTS:
            self.add_error("per_cent", _("0から20までの数を、小数第2位までで入力してください。"))
        return typed


class MoveForm(ReasonForm):
    """Which shops are of a class, from when."""

    fee_class = fields.choice(gettext_lazy("手数料区分"))
    which = fields.radio(
        gettext_lazy("どの加盟店"),
        lambda: [
            ("all", _("すべての加盟店")),
            ("category", _("業種の加盟店")),
            ("codes", _("加盟店番号で選ぶ")),
        ],
    )
    category = fields.choice(gettext_lazy("業種"), required=False)
    codes = fields.long_text(
        gettext_lazy("加盟店番号"),
        20_000,
        rows=4,
        required=False,
        help_text=gettext_lazy("1行に1つ、または空白で区切って。例: S0001 S0002"),
    )
    from_day = fields.day(gettext_lazy("いつの決済から"))
    field_order = ["fee_class", "which", "category", "codes", "from_day", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._issuer = issuer
        self._classes = offer_classes(self, "fee_class", issuer)
        categories = Category.objects.of(issuer)
        offered = [("", "—"), *((str(each.pk), each.local_name) for each in categories)]
        self.fields["category"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With ``shops``, the rows, and ``chosen``, the class or None."""
        found = super().clean() or self.cleaned_data
        shops = Shop.objects.of(self._issuer)
        match found.get("which"):
            case "category" if not found.get("category"):
                self.add_error("category", _("選んでください。"))
            case "category":
                shops = shops.filter(category_id=int(found["category"]))
            case "codes":
                shops = shops.filter(code__in=self._codes(found.get("codes", "")))
        found["shops"] = list(shops)
        if not found["shops"] and not self.errors:
            self.add_error("which", _("当てはまる加盟店がありません。"))
        return found | {"chosen": self._classes.get(found.get("fee_class", ""))}

    def _codes(self, typed: str) -> set[str]:
        codes = {code_of(each) for each in re.split(r"[\s,、]+", typed) if each}
        known = Shop.objects.of(self._issuer).filter(code__in=codes)
        unknown = sorted(codes - set(known.values_list("code", flat=True)))
        if not codes:
            self.add_error("codes", _("入力してください。"))
        elif unknown:
            said = _("この番号の加盟店はありません: %(codes)s")
            self.add_error("codes", said % {"codes": " ".join(unknown[:20])})
        return codes


def offer_classes(form: Any, name: str, issuer: Issuer) -> dict[str, FeeClass]:
    """The issuer's classes in the field ``name``, and by what is sent for them."""
    classes = {str(each.pk): each for each in fee_classes(issuer)}
    offered = [("", _("手数料なし")), *((pk, each.name) for pk, each in classes.items())]
    form.fields[name].choices = offered
    form.fields[name].required = False
    return classes


def bands_of(rules: SettlementRules) -> dict[str, int]:
    """The fields of ``TransferFeeForm`` for what is so now."""
    return {
        f"{name}_{band}": value
        for band, row in zip(BANDS, rules.transfer_fees, strict=False)
        for name, value in row.items()
    }


def _band_names() -> list[str]:
    return [f"{name}_{band}" for band in BANDS for name in ("from_yen", "same_bank", "other_bank")]
