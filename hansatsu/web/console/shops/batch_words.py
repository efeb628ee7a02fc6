"""What is done with many shops, in words: what it is, what each shop was and will be, and why one
is left as it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.parties.shops.batch_periods import PERIODS
from hansatsu.parties.shops.changes import Change, Kept, Why
from hansatsu.parties.shops.fields import account_words
from hansatsu.parties.shops.models import Area, Batch, BatchKind, Category
from hansatsu.parties.shops.periods import is_ahead, moment
from hansatsu.parties.shops.takes import Takes
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.shared.audit_words import name_words
from hansatsu.web.shared.time_words import moment_words, period_words, until_words

FACTS: Final = (
    *("name", "name_kana", "name_en", "area", "category", "address", "phone"),
    *("contact_email", "takes", "account"),
    PERIODS,
)
"""In the order in which they are told; the database keeps none."""


def kind_words(kind: str) -> str:
    """What is done."""
    return {
        BatchKind.FILE: _("加盟店のファイル登録"),
        BatchKind.START: _("使えるようにする"),
        BatchKind.END: _("使えないようにする"),
    }[BatchKind(kind)]


def state_words(batch: Batch) -> str:
    """How far it is."""
    if batch.applied_at is None:
        return _("確認待ち")
    if not batch.undone:
        return _("実行済み")
    return _("元に戻した") if batch.undone == batch.count else _("一部を元に戻した")


def why_words(why: Why) -> str:
    """Why a shop is left as it is."""
    return {
        Why.GONE: _("すでにありません"),
        Why.PAID: _("お支払いを受けています"),
        Why.STAFF: _("担当者がいます"),
        Why.USED: _("端末などがあります"),
        Why.CHANGED: _("このあとで内容が変わりました"),
        Why.STOPPED: _("取り扱いを停止中です"),
        Why.APPROVED: _("口座が承認されています"),
        Why.ACCOUNT: _("口座を変えられるのは、責任者と経理担当です"),
    }[why]


def left_rows(left: Sequence[Kept]) -> list[list[str]]:
    """Shops that are left as they are, for a table."""
    return [[kept.code, kept.name, why_words(kept.why)] for kept in left]


class ChangeWords:
    """What happens to shops of ``issuer``, a line for each fact. Names and time are asked once."""

    def __init__(self, issuer: Issuer) -> None:
        self._now = clock.now()
        self._emoneys = emoney_names(issuer)
        self._groups = {
            "area": {each.pk: each.local_name for each in Area.objects.of(issuer)},
            "category": {each.pk: each.local_name for each in Category.objects.of(issuer)},
        }

    def lines(self, change: Change) -> list[str]:
        """As it was → as it is to be."""
        facts = [(name, change.after[name]) for name in FACTS if name in change.after]
        if change.before is None:
            return [f"{_name(name)}: {self._value(name, value)}" for name, value in facts]
        return [
            f"{_name(name)}: {self._value(name, change.before[name])} → {self._value(name, value)}"
            for name, value in facts
        ]

    def _value(self, name: str, value: Any) -> str:
        if name in self._groups:
            return self._groups[name].get(value) or "—"
        if name == "takes":
            return listed(self._taken(value)) or _("なし")
        if name == "account":
            return account_words(open_account(value)) if value else _("なし")
        if name == PERIODS:
            return listed(_period(*each) for each in value) or _("使えない")
        return str(value) or _("なし")

    def _taken(self, takes: Takes) -> list[str]:
        """Each emoney, with its times where it has an end or is only planned."""
        return [
            self._emoneys.get(int(each), "—") + _times(takes[each], self._now)
            for each in sorted(takes, key=int)
        ]


def _name(name: str) -> str:
    own = {"name": _("店名"), "account": _("振込先の口座"), PERIODS: _("取り扱いの期間")}
    return own.get(name) or name_words(name)


def settings_facts(batch: Batch) -> list[tuple[str, str]]:
    """What a change of acceptance is of."""
    emoney = batch.settings.get("emoney")
    if emoney is None:
        return []
    return [(_("電子マネー"), emoney_names(batch.issuer).get(emoney, "—"))]


def made_facts(batch: Batch) -> list[tuple[str, str]]:
    """Who, when, why."""
    at = batch.applied_at or batch.drafted_at
    facts = [
        (_("担当者"), f"{batch.drafted_by_name} {moment_words(at)}"),
        (_("理由"), batch.reason),
    ]
    if batch.undone_at is not None:
        said = ngettext("%(count)s店 %(moment)s", "%(count)s店 %(moment)s", batch.undone) % {
            "count": f"{batch.undone:,}",
            "moment": moment_words(batch.undone_at),
        }
        facts.append((_("元に戻した加盟店"), said))
    return facts


def _times(periods: list[list[str | None]], now: datetime) -> str:
    told = [
        _period(start, end) if is_ahead(start, now) else until_words(moment(end))
        for start, end in periods
        if end or is_ahead(start, now)
    ]
    return f" ({listed(told)})" if told else ""


def _period(start: str | None, end: str | None) -> str:
    return period_words(moment(start), moment(end))
