"""Proposing that value lives longer, or lives again, and deciding it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import expiry_moves
from hansatsu.flows.support.expiry_moves import Later, Refusal
from hansatsu.flows.support.models import ExpiryMove
from hansatsu.formats.japan import expires_at_after, in_japan, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.programs.models import Emoney
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.asking import Question, ask, done, show
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.support.common import (
    card_link,
    lot_words,
    owner_link,
    resident_link,
    wallet_owner,
    way_back,
    what_is_held,
)
from hansatsu.web.console.support.expiry_move_words import (
    expiry_move_refusal,
    from_to_words,
    what_words,
)
from hansatsu.web.shared.words import until_short

PAGE = "support_expirymove_change"

EXPIRED_SHOWN = 50
"""Entries of 失効 of a wallet that are offered, the latest."""


class LaterForm(OnceForm):
    """What is to live longer, and until when."""

    which = fields.choice(gettext_lazy("対象の残高"))
    expires_on = fields.day(
        gettext_lazy("新しい有効期限(使える最後の日)"),
        help_text=gettext_lazy(
            "当日23:59までです。今より早くはできません。発行から6か月以内の残高は、"
            "6か月を超えて延ばせません。"
        ),
    )
    field_order = ("which", "expires_on", "reason", "key")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def move(request: HttpRequest, clerk: Clerk, wallet_id: int) -> HttpResponse:
    """Propose that living value lives longer."""
    owner = wallet_owner(clerk, wallet_id)
    emoneys = Emoney.objects.of(clerk.issuer).in_bulk()
    found: dict[str, tuple[str, Callable[[datetime], Later]]] = {}
    for lot in ledger.lots(ledger_connection(), clerk.issuer.pk, wallet_id):
        if lot.expires_at is not None:
            found[str(lot.lot_id)] = (
                lot_words(lot, emoneys[lot.emoney_id]),
                _later_lot(owner, lot, lot.expires_at),
            )
    nothing = _("期限のある残高はありません。")
    return _propose(request, clerk, owner, found, _("有効期限の延長の申請"), nothing)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def unexpire(request: HttpRequest, clerk: Clerk, wallet_id: int) -> HttpResponse:
    """Propose that value which had expired lives again."""
    owner = wallet_owner(clerk, wallet_id)
    entries = ledger.history(
        ledger_connection(), clerk.issuer.pk, wallet_id, kinds=("expiry",), limit=EXPIRED_SHOWN
    )
    emoneys = Emoney.objects.of(clerk.issuer).in_bulk()
    found = {
        str(entry.seq): (_entry_words(entry, emoneys), _later_entry(owner, entry))
        for entry in entries
    }
    nothing = _("期限切れになった残高はありません。")
    return _propose(request, clerk, owner, found, _("期限切れの取消の申請"), nothing)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, move_id: int) -> HttpResponse:
    """Approve what somebody else proposed: it is booked at once."""
    lead = _("承認すると、すぐに有効期限が変わり、利用者にメールでお知らせします。")
    words = (
        _("有効期限の変更を承認"),
        _("承認する"),
        lead,
        _("承認しました。有効期限を変えました。"),
    )
    return _decide(request, clerk, move_id, expiry_moves.approve, words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, move_id: int) -> HttpResponse:
    """Decline it; who proposed it takes it back so."""

    def act(deed: Deed, by: Staff, move: ExpiryMove) -> Refusal:
        may = move.proposed_by_id == by.pk or clerk.may(Act.APPROVE)
        return expiry_moves.decline(deed, by, move) if may else "not_allowed"

    words = (
        _("有効期限の変更を却下"),
        _("却下する"),
        _("有効期限は変わりません。"),
        _("却下しました。"),
    )
    return _decide(request, clerk, move_id, act, words)


def _propose(
    request: HttpRequest,
    clerk: Clerk,
    owner: Resident | Card,
    found: dict[str, tuple[str, Callable[[datetime], Later]]],
    title: str,
    nothing: str,
) -> HttpResponse:
    if not found:
        return show(request, "told", title=title, said=nothing, way_back=way_back(owner))
    form = LaterForm(request.POST or None)
    form.fields["which"].choices = [  # type: ignore[attr-defined]
        (number, words) for number, (words, _later) in found.items()
    ]
    if form.is_valid():
        typed = form.cleaned_data
        expires_at = expires_at_after(typed["expires_on"])
        assert expires_at is not None
        later = found[typed["which"]][1](expires_at)
        made = expiry_moves.propose(form.deed(clerk), clerk.staff, later, key=form.own_key())
        if made.move is not None:
            said = _("申請しました。ほかの担当者が承認します。")
            return done(request, said, _page_of(made.move))
        form.add_error("expires_on", expiry_move_refusal(made.refusal))
    facts: list[tuple[str, Any]] = [
        (_("対象"), resident_link(owner) if isinstance(owner, Resident) else card_link(owner)),
        (_("残高"), what_is_held(clerk.issuer, owner.wallet_id)["total"]),
    ]
    lead = _("申請だけでは有効期限は変わりません。ほかの担当者が承認したときに変わります。")
    return ask(request, Question(title, form, _("申請する"), way_back(owner), lead, facts))


def _decide(
    request: HttpRequest,
    clerk: Clerk,
    move_id: int,
    act: Callable[[Deed, Staff, ExpiryMove], Refusal],
    words: tuple[str, str, str, str],
) -> HttpResponse:
    title, submit, lead, said = words
    found = expiry_moves.find_expiry_move(clerk.issuer, move_id)
    if found is None:
        raise Http404("not this issuer's")
    form = OnceForm(request.POST or None)
    if form.is_valid():
        why = act(form.deed(clerk), clerk.staff, found)
        if not why:
            return done(request, said, _page_of(found))
        form.add_error(None, expiry_move_refusal(why))
    facts: list[tuple[str, Any]] = [
        (_("対象"), owner_link(found.resident, found.card)),
        (_("内容"), what_words(found)),
        (_("金額"), value_words(found.amount)),
        (_("有効期限"), from_to_words(found)),
        (_("申請した人"), found.proposed_by.display_name),
        (_("申請の理由"), found.reason),
        (_("今の残高"), what_is_held(clerk.issuer, found.wallet_id)["total"]),
    ]
    question = Question(title, form, submit, _page_of(found), lead, facts, danger=True)
    return ask(request, question)


def _later_lot(
    owner: Resident | Card, lot: ledger.Lot, before: datetime
) -> Callable[[datetime], Later]:
    def later(expires_at: datetime) -> Later:
        return Later(owner, lot.balance, before, expires_at, lot_id=lot.lot_id)

    return later


def _later_entry(owner: Resident | Card, entry: ledger.Entry) -> Callable[[datetime], Later]:
    before = max(line.expires_at for line in entry.lines if line.expires_at is not None)

    def later(expires_at: datetime) -> Later:
        return Later(owner, -entry.amount, before, expires_at, expired_seq=entry.seq)

    return later


def _entry_words(entry: ledger.Entry, emoneys: dict[int, Emoney]) -> str:
    """Which emoneys had expired, until when they lived, and how much."""
    names = "・".join(dict.fromkeys(emoneys[line.emoney_id].local_name for line in entry.lines))
    days = sorted({until_short(last_day(line.expires_at)) for line in entry.lines})
    booked = _("%(day)s 失効") % {"day": f"{in_japan(entry.at):%Y/%m/%d}"}
    return f"{names} · {', '.join(days)} · {value_words(-entry.amount)} · {booked}"


def _page_of(move: ExpiryMove) -> str:
    return console_url(PAGE, move.pk)
