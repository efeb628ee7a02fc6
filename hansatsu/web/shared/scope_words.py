"""What a key of the API may do, in words."""

from django.utils.translation import gettext as _

from hansatsu.messages.webhooks.events import (
    PAYMENT_PAID,
    PAYMENT_REFUNDED,
    SETTLEMENT_CLOSED,
    TEST,
)
from hansatsu.parties.shops.models import Scope


def scope_name(scope: str) -> str:
    """A scope in words."""
    return {
        Scope.PAY: _("決済"),
        Scope.REFUND_TODAY: _("当日の取消"),
        Scope.REFUND_ANY: _("返金(いつの決済でも)"),
        Scope.WEBHOOKS: _("Webhookの設定"),
    }[Scope(scope)]


def scope_help(scope: str) -> str:
    """What a scope lets a key do."""
    return {
        Scope.PAY: _("コードを読み取って決済し、決済を調べます。"),
        Scope.REFUND_TODAY: _("その日のうちの決済だけ、お返しできます。"),
        Scope.REFUND_ANY: _("前の日までの決済もお返しできます。必要な端末だけに付けてください。"),
        Scope.WEBHOOKS: _(
            "決済のお知らせを送る先を変えられます。本部のシステムだけに付けてください。"
        ),
    }[Scope(scope)]


def event_name(event: str) -> str:
    """An event in words."""
    return {
        PAYMENT_PAID: _("決済"),
        PAYMENT_REFUNDED: _("取消・返金"),
        SETTLEMENT_CLOSED: _("精算の締め"),
        TEST: _("テスト"),
    }.get(event, event)
