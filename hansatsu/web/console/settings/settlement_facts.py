"""The rules of settling in words: what is so now, and what a fee comes to."""

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.fees import fee_of, tax_of, tax_rate_on
from hansatsu.flows.settlement.models import BankDayShift, FeeBearer, FeeClass, SettlementRules
from hansatsu.flows.settlement.models.rules import LineEnding
from hansatsu.formats.japan import in_japan
from hansatsu.formats.zengin.banks import find_place
from hansatsu.parties import clock
from hansatsu.parties.seals.bank_accounts import type_words
from hansatsu.web.console.frame.amount_words import yen_words

EXAMPLE_YEN = 100_000
EXAMPLE_COUNT = 50

type Facts = list[tuple[str, str]]


def account_facts(rules: SettlementRules) -> Facts:
    """Who pays, from where; the number masked."""
    if not rules.has_originator:
        return [(_("振込元の口座"), _("未登録(銀行のファイルを作れません)"))]
    place = find_place(rules.own_bank, rules.own_branch)
    account = (
        f"{place.bank} {place.branch} {type_words(rules.own_type)} ****{rules.own_number[-3:]}"
    )
    return [
        (_("委託者コード"), rules.originator_code),
        (_("振込依頼人名(カタカナ)"), rules.originator_name),
        (_("振込元の口座"), account),
    ]


def days_facts(rules: SettlementRules) -> Facts:
    """How bank days move payouts."""
    is_next = rules.bank_day_shift == BankDayShift.NEXT
    closed = ", ".join(f"{day:%Y/%m/%d}" for day in rules.own_closed_days)
    hold = _("口座の承認から%(days)d日") % {"days": rules.first_payout_hold_days}
    return [
        (
            _("振込日が銀行の休みの日のとき"),
            _("次の営業日に振り込む") if is_next else _("前の営業日に振り込む"),
        ),
        (_("銀行への提出期限"), _("振込日の%(days)d営業日前") % {"days": rules.hand_in_days}),
        (_("取引銀行が独自に休む日"), closed or _("なし")),
        (_("新しい口座への最初の振込"), hold),
    ]


def file_facts(rules: SettlementRules) -> Facts:
    """What banks differ in, and the number on invoices."""
    with_breaks = rules.line_ending == LineEnding.CRLF
    zeros = rules.clearing_fill == "0000"
    return [
        (_("レコードの終わりの改行"), _("改行あり(CR+LF)") if with_breaks else _("改行なし")),
        (_("手形交換所番号の欄"), _("0000で埋める") if zeros else _("空白で埋める")),
        (_("登録番号(適格請求書)"), rules.registration_number or _("なし")),
    ]


def transfer_fee_facts(rules: SettlementRules) -> Facts:
    """Who pays what the bank takes, and how much that is."""
    by_shop = rules.fee_bearer == FeeBearer.SHOP
    bearer = _("加盟店(振込額から差し引く)") if by_shop else _("発行者(加盟店には全額を振り込む)")
    bands = [
        (
            _("%(yen)sから") % {"yen": yen_words(band["from_yen"])},
            _("同じ銀行 %(same)s / ほかの銀行 %(other)s")
            % {"same": yen_words(band["same_bank"]), "other": yen_words(band["other_bank"])},
        )
        for band in rules.transfer_fees
    ]
    return [(_("振込手数料を負担するのは"), bearer), *bands]


def on_demand_facts(rules: SettlementRules) -> Facts:
    """Whether shops may ask to be paid in between."""
    if not rules.on_demand:
        return [(_("随時払い"), _("受け付けない"))]
    fee_class = rules.on_demand_fee_class
    return [
        (_("随時払い"), _("受け付ける")),
        (_("申請できる最低の金額"), yen_words(rules.on_demand_minimum)),
        (_("手数料"), class_words(fee_class) if fee_class else _("手数料なし")),
    ]


def class_words(fee_class: FeeClass) -> str:
    """一般: 売上の1.5% + 1件10円."""
    return _("%(name)s: 売上の%(per_cent)s%% + 1件%(fixed)s") % {
        "name": fee_class.name,
        "per_cent": f"{fee_class.basis_points / 100:.2f}".rstrip("0").rstrip("."),
        "fixed": yen_words(fee_class.fixed),
    }


def example_words(fee_class: FeeClass | None) -> str:
    """What a shop pays that took 100,000 yen in 50 payments, tax included."""
    fee = fee_of(fee_class, EXAMPLE_YEN, EXAMPLE_COUNT) if fee_class else 0
    tax = tax_of(fee, tax_rate_on(in_japan(clock.now()).date()))
    return _(
        "売上が%(sales)s(決済%(count)d件)の加盟店の手数料は%(fee)s、消費税%(tax)sで、振り込むのは%(payout)sです。"
    ) % {
        "sales": yen_words(EXAMPLE_YEN),
        "count": EXAMPLE_COUNT,
        "fee": yen_words(fee),
        "tax": yen_words(tax),
        "payout": yen_words(EXAMPLE_YEN - fee - tax),
    }
