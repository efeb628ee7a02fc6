"""What alarms are about, in the reader's language; their own text is in Japanese, for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hansatsu.parties.issuers.models import Alarm
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.staff.subjects import Subject, subjects_of


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm on the first page: when, what, of what, and the rest."""

    at: datetime
    title: str
    subject: Subject
    text: str


def newest_alarms(clerk: Clerk, most: int) -> list[Shown]:
    """The issuer's newest, each with a way to what it is about, where the clerk may look."""
    alarms = list(Alarm.objects.of(clerk.issuer).order_by("-at", "-id")[:most])
    subjects = subjects_of(clerk, (each.subject for each in alarms))
    return [
        Shown(each.at, alarm_title(each.kind), subjects[each.subject], each.text) for each in alarms
    ]


def alarm_title(kind: str) -> str:
    """What has happened, in a few words."""
    known = {
        "log_in_blocked": _("ログインの失敗が続いた"),
        "one_time_blocked": _("ワンタイムパスワードの間違いが続いた"),
        "purchase_code_guesses": _("購入コードの間違いが続いた"),
        "wrong_gift_codes": _("ギフトコードの間違いが続いた"),
        "wrong_codes": _("端末で違う番号の読み取りが続いた"),
        "transfer_waiting": _("振込の依頼"),
        "transfer_lowered": _("振込の金額が減った"),
        "run_stale": _("承認した振込に変更があった"),
        "refund_refused": _("返金が受け付けられなかった"),
        "refund_failed": _("返金が成立しなかった"),
        "refunded_twice": _("二重の返金のおそれ"),
        "refunded_in_part": _("一部が返金された"),
        "refunded_outside": _("お支払い会社で返金された"),
        "expired_in_dispute": _("取消の間に失効した"),
        "strange_money": _("注文と合わない入金"),
        "webhook_disabled": _("Webhookの送信を止めた"),
        "staff_reset": _("サーバーで担当者を初期化した"),
        "clock_jumped": _("サーバーの時計が進んだ"),
        "wallets_ahead": _("時計より先の記録がある"),
    }
    return known.get(kind, kind)
