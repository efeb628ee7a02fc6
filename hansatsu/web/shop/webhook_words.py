"""Webhooks in words: events, what is wrong with a form, and what became of a delivery."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hansatsu.formats.japan import in_japan
from hansatsu.messages.webhooks.events import (
    SUBSCRIBABLE,
)
from hansatsu.messages.webhooks.models import Attempt, Delivery, State
from hansatsu.messages.webhooks.services import MOST
from hansatsu.web.shared.scope_words import event_name


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: when, how it ended in words, and the beginning of what the server said."""

    at: datetime
    ended: str
    milliseconds: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class ToldDelivery:
    """A delivery as the page shows it; ``number`` is the 決済ID that it is about, empty for a
    test, ``next_at`` when it is tried next, None when it is not."""

    pk: int
    event: str
    number: str
    state: str
    state_words: str
    created_at: datetime
    next_at: datetime | None
    webhook_id: str
    tries: list[Try]


def event_choices() -> list[tuple[str, str]]:
    """What an endpoint can be told of."""
    return [(event, event_name(event)) for event in SUBSCRIBABLE]


def fault_words(fault: str) -> str:
    """What to do about a word of ``webhooks.services``."""
    return {
        "url": _("https:// から始まるアドレスを、500文字以内で入力してください。"),
        "https": _("https:// から始まるアドレスにしてください。"),
        "credentials": _("アドレスにユーザー名やパスワードは入れられません。"),
        "port": _("ポートは443か、1024以上にしてください。"),
        "address": _("インターネットから届かないアドレスには送れません。"),
        "events": _("知らせるできごとを、1つ以上選んでください。"),
        "contact": _("メールアドレスの形が違います。もう一度ご確認ください。"),
        "too_many": _(
            "送り先は%(most)d件までです。使っていないものを削除してから、追加してください。"
        )
        % {"most": MOST},
    }.get(fault, _("この画面はすでに使われています。一覧からもう一度お進みください。"))


def told_delivery(delivery: Delivery) -> ToldDelivery:
    """A delivery, with its message and attempts loaded, in words."""
    is_waiting = delivery.state == State.WAITING
    return ToldDelivery(
        pk=delivery.pk,
        event=event_name(delivery.message.event),
        number=delivery.message.object_id,
        state=delivery.state,
        state_words={
            State.WAITING: _("送信待ち"),
            State.DELIVERED: _("届きました"),
            State.FAILED: _("届きませんでした"),
            State.DROPPED: _("取りやめ"),
        }[State(delivery.state)],
        created_at=in_japan(delivery.created_at),
        next_at=in_japan(delivery.due_at) if is_waiting else None,
        webhook_id=delivery.message.webhook_id,
        tries=[_try(each) for each in delivery.attempts.all()],
    )


def _try(attempt: Attempt) -> Try:
    ended = _error_words(attempt.error) if attempt.error else f"HTTP {attempt.status}"
    return Try(in_japan(attempt.at), ended, attempt.milliseconds, attempt.excerpt)


def _error_words(error: str) -> str:
    return {
        "unknown_name": _("サーバーの名前が見つかりません"),
        "forbidden_address": _("送ってはいけないアドレスです"),
        "no_connection": _("つながりません"),
        "tls": _("証明書を確かめられません"),
        "timeout": _("10秒以内に返事がありません"),
        "broken": _("返事が途中で切れました"),
    }.get(error, error)
