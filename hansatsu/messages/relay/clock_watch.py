"""Telling issuers that the server's clock was wrong: value that lives may count as dead by it."""

from datetime import timedelta

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Alarm, Issuer
from hansatsu.parties.issuers.names import issuer_name

JUMPED = "clock_jumped"
AHEAD = "wallets_ahead"
AGAIN_AFTER = timedelta(days=1)
"""While it lasts, it is told once a day."""


def tell_of_clock() -> None:
    """Raise an alarm for each issuer while expiry is stopped by a jump of the clock, and for those
    whose wallets are ahead of it."""
    connection = ledger_connection()
    jumps = ledger.open_jumps(connection)
    if jumps:
        text = (
            f"サーバーの時計が約{_in_words(jumps[0].ahead)}進みました。時計が確かめられるまで、"
            "有効期限による失効の処理を止めています。サーバーの管理者に連絡してください。"
        )
        for issuer in Issuer.objects.all():
            _tell(issuer, JUMPED, text)
    for issuer_id, count in ledger.wallets_ahead(connection).items():
        text = (
            f"{count}件の残高に、時計より先の時刻の記録があります。時計がその時刻を過ぎるまで、"
            "これらの残高では支払いができません。サーバーの管理者に連絡してください。"
        )
        _tell(Issuer.objects.get(pk=issuer_id), AHEAD, text)


def _tell(issuer: Issuer, kind: str, text: str) -> None:
    told = Alarm.objects.of(issuer).filter(kind=kind, at__gt=clock.now() - AGAIN_AFTER)
    if not told.exists():
        raise_alarm(issuer, kind=kind, subject=issuer_name(issuer.pk), text=text)


def _in_words(ahead: timedelta) -> str:
    minutes = round(ahead.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days}日{hours}時間"
    return f"{hours}時間{minutes % 60}分" if hours else f"{minutes}分"
