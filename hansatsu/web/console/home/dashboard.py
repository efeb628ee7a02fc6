"""The console's first page: charts with the tables behind them, and what wants attention.

The ledger's figures of days that are over are kept for the day: they cost a pass over the issuer's
entries of the last month and one over its lots. Those of today and yesterday are kept for a minute
(ADR 0083).
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.legal_texts import current_legal_text
from hansatsu.flows.charging.models import Order, OrderState, Task, TaskState
from hansatsu.flows.charging.provider_accounts import active_account
from hansatsu.flows.printouts.models import VOIDED, Making, MakingState, PrintFile
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import CardState
from hansatsu.parties.identity.models import LegalKind
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.account_versions import shops_without_account, waiting
from hansatsu.parties.shops.models import Category, Shop
from hansatsu.parties.staff.accounts import owners_of
from hansatsu.parties.staff.first_managers import shops_without_manager
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.needing import AREA, CATEGORY, EMONEY
from hansatsu.web.console.home.concern import Concern
from hansatsu.web.console.home.settlement_waiting import waiting_for

DAYS = 30
RECENT = 2
"""Of these: the last days, which are not over beyond doubt."""
KEPT_FOR = 60
DAY_KEPT_FOR = 24 * 60 * 60
"""Seconds."""
GREY = "#7d8590"
"""Of what stands at the axes, in light and in dark."""
COLOURS = ("#37659b", "#c8372d", "#2f7d5b", "#b7862c", "#6b5ba8", "#4a9bb5", "#8a8f98")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and the same as a table.

    Attributes:
        title: above it.
        kind: ``bar``, ``line`` or ``doughnut``.
        head: the table's headings.
        rows: its lines: a name, then figures.
    """

    title: str
    kind: str
    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def data(self) -> str:
        """What the theme's chart library draws, as JSON: a set of figures for each column."""
        whole = self.kind == "doughnut"
        sets = [
            {
                "label": name,
                "data": [figures[place] for _name, figures in self.rows],
                "backgroundColor": list(COLOURS) if whole else COLOURS[place % len(COLOURS)],
                "borderColor": list(COLOURS) if whole else COLOURS[place % len(COLOURS)],
            }
            for place, name in enumerate(self.head[1:])
        ]
        return json.dumps({"labels": [name for name, _figures in self.rows], "datasets": sets})

    @property
    def options(self) -> str:
        """How the library draws it, as JSON: bars upon each other, so that their height is the
        sum, and figures grouped by thousands, as the locale has them."""
        drawn: dict[str, Any] = {
            "animation": False,
            "responsive": True,
            "maintainAspectRatio": False,
            "locale": "ja-JP",
            "plugins": {"legend": {"display": False}},
        }
        if self.kind == "doughnut":
            return json.dumps(drawn)
        stacked = self.kind == "bar"
        grey = {"color": GREY}
        drawn["interaction"] = {"mode": "index", "intersect": False}
        drawn["datasets"] = {
            "bar": {"barPercentage": 0.8, "categoryPercentage": 1, "maxBarThickness": 40},
            "line": {"borderWidth": 2, "pointStyle": False},
        }
        drawn["scales"] = {
            "x": {
                "stacked": stacked,
                "grid": {"display": False},
                "ticks": grey | {"maxTicksLimit": 8, "maxRotation": 0},
            },
            "y": {
                "stacked": stacked,
                "beginAtZero": True,
                "border": {"display": False},
                "grid": {"display": True},
                "ticks": grey | {"maxTicksLimit": 6, "precision": 0},
            },
        }
        return json.dumps(drawn)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Colours and what they stand for; none when there is but one."""
        whole = self.kind == "doughnut"
        names = [name for name, _figures in self.rows] if whole else self.head[1:]
        drawn = [(COLOURS[place % len(COLOURS)], name) for place, name in enumerate(names)]
        return drawn if len(drawn) > 1 or whole else []

    @property
    def says_something(self) -> bool:
        """True when there is any figure but 0."""
        return any(any(figures) for _name, figures in self.rows)


@dataclass(frozen=True, slots=True)
class Past:
    """Days that are over: their figures, and what was outstanding at their end by emoney id."""

    figures: ledger.Figures
    outstanding: dict[int, int]


def charts(issuer: Issuer) -> list[Chart]:
    """Issued, used and outstanding by day and emoney; used by category; orders by state."""
    today = in_japan(clock.now()).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    past, recent = _past(issuer, days), _recent(issuer, days)
    names = emoney_names(issuer)
    by_day = {(each.day, each.emoney_id): each for each in past.figures.days + recent.days}
    changes = Counter[int]()
    for each in recent.days:
        changes[each.emoney_id] += each.change
    issued, used, left = ({day: [0] * len(names) for day in days} for _ in range(3))
    for place, emoney in enumerate(names):
        outstanding = past.outstanding.get(emoney, 0) + changes[emoney]
        for day in reversed(days):
            left[day][place] = outstanding
            figures = by_day.get((day, emoney))
            if figures is not None:
                issued[day][place], used[day][place] = figures.issued, figures.used
                outstanding -= figures.change
    head = [_("日"), *names.values()]

    def daily(title: str, kind: str, figures: dict[date, list[int]]) -> Chart:
        return Chart(title, kind, head, [(f"{day:%m/%d}", figures[day]) for day in days])

    return [
        daily(_("発行額(円)"), "bar", issued),
        daily(_("利用額(円、返金を引いた額)"), "bar", used),
        daily(_("未使用残高(円)"), "line", left),
        _by_category(issuer, past.figures, recent),
        _orders(issuer),
    ]


def shares(amounts: Sequence[int]) -> list[int]:
    """Each as hundredths of the sum, which are a hundred together: what is lost by rounding down
    goes to those that lost most. Below 0 is no share; of nothing, all are 0."""
    whole = [max(0, amount) for amount in amounts]
    total = sum(whole)
    if not total:
        return [0] * len(whole)
    parts = [100 * amount // total for amount in whole]
    lost = sorted(range(len(whole)), key=lambda place: -(100 * whole[place] % total))
    for place in lost[: 100 - sum(parts)]:
        parts[place] += 1
    return parts


def concerns(clerk: Clerk) -> list[Concern]:
    """What somebody should see to; each with the page, when this clerk may open it."""
    issuer = clerk.issuer
    counted = [
        *_first_steps(issuer),
        (
            n := Task.objects.of(issuer).filter(state=TaskState.OPEN).count(),
            ngettext(
                "対応が必要なお金が%(count)d件あります。",
                "対応が必要なお金が%(count)d件あります。",
                n,
            ),
            "charging_task_changelist",
        ),
        (
            n := Making.objects.of(issuer)
            .filter(state=MakingState.FAILED)
            .exclude(error=VOIDED)
            .count(),
            ngettext(
                "途中で止まったコードや案内状の作成が%(count)d件あります。",
                "途中で止まったコードや案内状の作成が%(count)d件あります。",
                n,
            ),
            "printouts_making_changelist",
        ),
        (
            n := PrintFile.objects.of(issuer)
            .filter(sealed__isnull=False, downloaded_at=None, card=None)
            .exclude(making__error=VOIDED)
            .exclude(making__stopping__isnull=False)
            .count(),
            ngettext(
                "受け取られていない印刷用のファイルが%(count)d件あります。",
                "受け取られていない印刷用のファイルが%(count)d件あります。",
                n,
            ),
            "printouts_making_changelist",
        ),
        (
            int(owners_of(issuer) == 1),
            _(
                "責任者が1人だけです。スマートフォンをなくすとだれも入れなくなります。"
                "もう1人を責任者に追加してください。"
            ),
            "staff_new",
        ),
        (
            int(_sells_without_an_address(issuer)),
            _(
                "特定商取引法に基づく表記の所在地か運営責任者が未登録です。"
                "オンラインで販売するときは表示が必要です。"
            ),
            "settings_office",
        ),
        (
            n := shops_without_manager(issuer).count(),
            ngettext(
                "店長のいない加盟店が%(count)d店あります。案内状を作ってお渡しください。",
                "店長のいない加盟店が%(count)d店あります。案内状を作ってお渡しください。",
                n,
            ),
            "shop_letters",
        ),
        (
            n := shops_without_account(issuer).count(),
            ngettext(
                "振込先の口座が未登録の加盟店が%(count)d店あります。",
                "振込先の口座が未登録の加盟店が%(count)d店あります。",
                n,
            ),
            "shops_shop_changelist",
        ),
    ]
    said = [
        Concern(text % {"count": count}, console_url(page) if clerk.may_open(page) else "")
        for count, text, page in counted
        if count
    ]
    return [*waiting_for(clerk), *said, *_accounts_to_approve(clerk), *_cards_to_print(clerk)]


def _accounts_to_approve(clerk: Clerk) -> list[Concern]:
    """Accounts that others have entered and that this clerk may approve."""
    if not clerk.may_open("account_approve"):
        return []
    count = waiting(clerk.issuer).exclude(entered_by=clerk.staff.actor).count()
    said = ngettext(
        "承認を待っている振込先の口座が%(count)d件あります。",
        "承認を待っている振込先の口座が%(count)d件あります。",
        count,
    )
    href = f"{console_url('shops_accountversion_changelist')}?state=waiting"
    return [Concern(said % {"count": count}, href)] if count else []


def _cards_to_print(clerk: Clerk) -> list[Concern]:
    """Reissued cards whose file waits, with the way to the oldest, if another clerk reissued it."""
    waiting = PrintFile.objects.of(clerk.issuer).filter(
        card__state=CardState.ISSUED, sealed__isnull=False, downloaded_at=None
    )
    cards = list(waiting.exclude(made_by=clerk.staff.actor).order_by("pk").values_list("card"))
    if not cards or not clerk.may_open("support_card_file"):
        return []
    said = ngettext(
        "再発行したカードの印刷ファイルが%(count)d件、受け取りを待っています。",
        "再発行したカードの印刷ファイルが%(count)d件、受け取りを待っています。",
        len(cards),
    )
    return [Concern(said % {"count": len(cards)}, console_url("support_card", *cards[0]))]


def _first_steps(issuer: Issuer) -> list[tuple[int, str, str]]:
    """What a new town does first: the next step alone, until it has shops."""
    if not EMONEY.is_there(issuer):
        return [(1, _("はじめに、電子マネー(使える価値の種類)を追加してください。"), "emoney_new")]
    if not AREA.is_there(issuer):
        return [(1, _("次に、加盟店のある地区(駅前、中央など)を追加してください。"), "area_new")]
    if not CATEGORY.is_there(issuer):
        return [(1, _("次に、加盟店の業種(飲食、小売など)を追加してください。"), "category_new")]
    if not Shop.objects.of(issuer).exists():
        said = _("次に、加盟店を登録してください。ファイルからまとめて登録できます。")
        return [(1, said, "shops_shop_changelist")]
    return []


def _sells_without_an_address(issuer: Issuer) -> bool:
    """True when it sells online, and the page of law, in our standard words, lacks what a seller
    must tell. Words of its own are its own matter."""
    if issuer.seller_address and issuer.seller_representative:
        return False
    own = current_legal_text(issuer, LegalKind.COMMERCE)
    return not (own and own.text) and active_account(issuer) is not None


def _past(issuer: Issuer, days: Sequence[date]) -> Past:
    """Of all days but the last two: an entry bears the time of its writing, and none is a day
    under way."""

    def read() -> Past:
        end = start_of(days[-RECENT])
        connection = ledger_connection()
        return Past(
            ledger.figures(connection, issuer.pk, start_of(days[0]), end),
            ledger.outstanding_at(connection, issuer.pk, end),
        )

    return _kept(f"console-past:{issuer.pk}:{days[0]}", DAY_KEPT_FOR, read)


def _recent(issuer: Issuer, days: Sequence[date]) -> ledger.Figures:
    """Of the last two days."""

    def read() -> ledger.Figures:
        return ledger.figures(ledger_connection(), issuer.pk, start_of(days[-RECENT]))

    return _kept(f"console-recent:{issuer.pk}:{days[0]}", KEPT_FOR, read)


def _kept[Found](key: str, seconds: int, read: Callable[[], Found]) -> Found:
    found: Found | None = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, seconds)
    return found


def _by_category(issuer: Issuer, *found: ledger.Figures) -> Chart:
    categories = {each.pk: each.local_name for each in Category.objects.of(issuer)}
    sums = dict.fromkeys(categories, 0)
    for shop, category in Shop.objects.of(issuer).values_list("pk", "category_id"):
        sums[category] += sum(each.by_shop.get(shop, 0) for each in found)
    largest_first = sorted(sums.items(), key=lambda item: -item[1])
    parts = shares([amount for _pk, amount in largest_first])
    rows = [
        (f"{categories[pk]} {part}%", [amount])
        for (pk, amount), part in zip(largest_first, parts, strict=True)
    ]
    title = _("業種別の利用額(円、30日間)")
    return Chart(title, "doughnut", [_("業種"), _("利用額(円、返金を引いた額)")], rows)


def _orders(issuer: Issuer) -> Chart:
    counted = Order.objects.of(issuer).values_list("state").annotate(Count("pk"))
    known = dict(counted)
    words = {
        OrderState.HELD: _("コード確認済み"),
        OrderState.CONFIRMED: _("内容確認済み"),
        OrderState.AWAITING: _("お支払い待ち"),
        OrderState.PAID: _("お支払い済み"),
        OrderState.CHARGED: _("チャージ完了"),
        OrderState.LAPSED: _("期限切れ"),
        OrderState.CANCELLED: _("取りやめ"),
        OrderState.FAILED: _("お支払い不成立"),
        OrderState.REFUNDED: _("返金済み"),
        OrderState.REVERSED: _("チャージ取消"),
    }
    rows = [(words[state], [known.get(state, 0)]) for state in OrderState if known.get(state)]
    return Chart(_("ご購入の状態"), "bar", [_("状態"), _("件数")], rows)
