"""What a new town sets up before shops can be paid, in this order."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.accounts import shops_with_account
from hansatsu.flows.settlement.models import Closing
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame.access import Clerk, console_url


@dataclass(frozen=True, slots=True)
class Step:
    """Something to set up: in words, whether it is done, and where; ``href`` is empty for clerks
    who may not open that page."""

    text: str
    label: str
    href: str
    is_done: bool


def first_steps(clerk: Clerk) -> list[Step]:
    """The steps in their order, done or not; empty when all are done. After the first closing only
    what no payout can do without."""
    issuer = clerk.issuer
    originator = Step(
        _("振込元の口座と委託者コードを登録してください。銀行のファイルに入ります。"),
        _("精算の設定"),
        _where(clerk, "settlement_rules"),
        rules_of(issuer).has_originator,
    )
    if Closing.objects.of(issuer).exists():
        return [] if originator.is_done else [originator]
    shops = Shop.objects.of(issuer).filter(open=True)
    all_have_one = not shops.exclude(pk__in=shops_with_account(issuer)).exists()
    return [
        originator,
        Step(
            _("締め日と振込日を確かめてください。最初の締めまでは、いつでも変えられます。"),
            _("締め日と振込日"),
            _where(clerk, "settings_closing"),
            is_done=False,
        ),
        Step(
            _("加盟店の振込先の口座を登録し、もう1人が承認してください。"),
            _("加盟店"),
            _where(clerk, "shops_shop_changelist"),
            shops.exists() and all_have_one,
        ),
    ]


def _where(clerk: Clerk, page: str) -> str:
    return console_url(page) if clerk.may_open(page) else ""
