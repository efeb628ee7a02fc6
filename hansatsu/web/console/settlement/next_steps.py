"""Of statements that are not simply paid: why that is, and what somebody does about it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.standing import Standing
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.settlement.words import day_words


def why_so(issuer: Issuer, statements: Sequence[Any]) -> dict[int, str]:
    """Why each stands as it does (``standing.with_standing``), by its shop's id."""
    held_ids = [each.shop_id for each in statements if each.standing == Standing.HELD]
    held = holds.held_shops(issuer, in_japan(clock.now()).date(), held_ids)
    said = {
        Standing.FAILED: _("銀行が振り込めませんでした"),
        Standing.NO_ACCOUNT: _("承認済みの口座がありません"),
        Standing.CARRIED: _("返金などが売上より多く、次回に繰り越します"),
    }
    why = {each.shop_id: said.get(Standing(each.standing), "") for each in statements}
    for shop_id, hold in held.items():
        until = hold.until_day
        ends = _("%(day)sに解除") % {"day": day_words(until)} if until else _("解除するまで")
        why[shop_id] = f"{hold.reason} ({ends})"
    return why


def next_step(clerk: Clerk, statement: Any) -> Link | None:
    """Where somebody sees to it; None when this clerk cannot, or nothing is to be done."""
    steps = {
        Standing.HELD: (
            "settlement_hold_changelist",
            Link(
                _("支払保留を見る"),
                f"{console_url('settlement_hold_changelist')}?q={statement.shop.code}",
            ),
        ),
        Standing.NO_ACCOUNT: (
            "shop_account",
            Link(_("口座を登録する"), console_url("shop_account", statement.shop_id)),
        ),
        Standing.CARRIED: ("debts", Link(_("未収を見る"), console_url("debts"))),
    }
    step = steps.get(Standing(statement.standing))
    return next(iter(clerk.only_open(step)), None) if step else None
