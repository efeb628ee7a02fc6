"""Proposing that a mistake in a wallet is corrected, and deciding it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import corrections
from hansatsu.flows.support.corrections import LARGEST, Proposal, Refusal
from hansatsu.flows.support.models import Correction
from hansatsu.formats.japan import last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.expiry import Expiry as GiftExpiry
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.programs.services import Expiry
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done, show
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.programs.forms import ExpiryForm
from hansatsu.web.console.support.common import (
    card_link,
    lot_words,
    owner_link,
    resident_facts,
    wallet_owner,
    way_back,
    what_is_held,
)
from hansatsu.web.console.support.correction_words import correction_refusal, signed_words
from hansatsu.web.shared.words import until_short

PAGE = "support_correction_change"


class UpForm(OnceForm, ExpiryForm):
    """New value. It lives as long as what the wallet has of the same emoney, unless something else
    is chosen: that it never expires is nothing that is left blank."""

    emoney = fields.choice(gettext_lazy("電子マネー"))
    amount = fields.number(gettext_lazy("増やす金額(円)"), 1, LARGEST)
    rule = fields.radio(
        gettext_lazy("有効期限"),
        lambda: [
            ("last", _("同じ電子マネーの最後の期限")),
            ("on", _("日付を決める")),
            ("after", _("今日からの月数を決める")),
            ("never", _("なし")),
        ],
        initial="last",
    )
    field_order = ("emoney", "amount", "rule", "expires_on", "months", "reason", "key")

    def __init__(self, issuer: Issuer, wallet_id: int, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.emoneys = {str(each.pk): each for each in Emoney.objects.of(issuer)}
        found = ledger.last_expiries(ledger_connection(), issuer.pk, wallet_id)
        self._last = {number: found.get(each.pk) for number, each in self.emoneys.items()}
        choices = [(number, each.local_name) for number, each in self.emoneys.items()]
        self.fields["emoney"].choices = choices  # type: ignore[attr-defined]
        self.fields["rule"].help_text = " · ".join(
            f"{name}: {until_short(last_day(self._last[number]))}"
            if self._last[number]
            else _("%(emoney)s: 期限のある残高なし") % {"emoney": name}
            for number, name in choices
        )

    def clean(self) -> dict[str, Any]:
        """With ``expires_at``: the first moment at which it cannot be spent, None for なし."""
        found = super().clean()
        if found.get("rule") == "last":
            at = self._last.get(found.get("emoney", ""))
            if at is None and "emoney" in found:
                self.add_error(
                    "rule", _("合わせる期限がありません。ほかの有効期限を選んでください。")
                )
            return found | {"expires_at": at}
        expiry: Expiry = found["expiry"]
        rule = GiftExpiry(on=expiry.expires_on, after=expiry.months)
        return found | {"expires_at": rule.expires_at(clock.now())}


class DownForm(OnceForm):
    """Less of what is there."""

    lot = fields.choice(gettext_lazy("減らす残高"))
    amount = fields.number(gettext_lazy("減らす金額(円)"), 1, LARGEST)
    field_order = ("lot", "amount", "reason", "key")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def up(request: HttpRequest, clerk: Clerk, wallet_id: int) -> HttpResponse:
    """Propose that a wallet gets value that it should have had."""
    owner = wallet_owner(clerk, wallet_id)
    title = _("残高を増やす訂正の申請")
    missing = needed(request, clerk, "correction_up", title, way_back(owner))
    if missing is not None:
        return missing
    form = UpForm(clerk.issuer, wallet_id, request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        wanted = Proposal(
            owner,
            form.emoneys[typed["emoney"]],
            typed["amount"],
            expires_at=typed["expires_at"],
        )
        answer = _propose(request, clerk, form, wanted)
        if answer is not None:
            return answer
    return _ask(request, owner, title, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def down(request: HttpRequest, clerk: Clerk, wallet_id: int) -> HttpResponse:
    """Propose that a wallet loses value that it should not have had."""
    owner, form = wallet_owner(clerk, wallet_id), DownForm(request.POST or None)
    title = _("残高を減らす訂正の申請")
    lots = {
        str(lot.lot_id): lot for lot in ledger.lots(ledger_connection(), clerk.issuer.pk, wallet_id)
    }
    if not lots:
        said = _("減らせる残高はありません。")
        return show(request, "told", title=title, said=said, way_back=way_back(owner))
    emoneys = Emoney.objects.of(clerk.issuer).in_bulk()
    form.fields["lot"].choices = [  # type: ignore[attr-defined]
        (number, lot_words(lot, emoneys[lot.emoney_id])) for number, lot in lots.items()
    ]
    if form.is_valid():
        typed, lot = form.cleaned_data, lots[form.cleaned_data["lot"]]
        wanted = Proposal(owner, emoneys[lot.emoney_id], -typed["amount"], lot_id=lot.lot_id)
        answer = _propose(request, clerk, form, wanted)
        if answer is not None:
            return answer
    return _ask(request, owner, title, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, correction_id: int) -> HttpResponse:
    """Approve what somebody else proposed: it is booked at once."""
    lead = _("承認すると、すぐに残高が変わり、利用者にメールでお知らせします。")
    words = _("訂正を承認"), _("承認する"), lead, _("承認しました。残高を訂正しました。")
    return _decide(request, clerk, correction_id, corrections.approve, words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, correction_id: int) -> HttpResponse:
    """Decline it; who proposed it takes it back so."""

    def act(deed: Deed, by: Staff, correction: Correction) -> Refusal:
        may = correction.proposed_by_id == by.pk or clerk.may(Act.APPROVE)
        return corrections.decline(deed, by, correction) if may else "not_allowed"

    words = _("訂正を却下"), _("却下する"), _("残高は変わりません。"), _("却下しました。")
    return _decide(request, clerk, correction_id, act, words)


def _propose(
    request: HttpRequest, clerk: Clerk, form: OnceForm, wanted: Proposal
) -> HttpResponse | None:
    made = corrections.propose(form.deed(clerk), clerk.staff, wanted, key=form.own_key())
    if made.correction is None:
        form.add_error("amount", correction_refusal(made.refusal))
        return None
    return done(request, _("申請しました。ほかの担当者が承認します。"), _page_of(made.correction))


def _decide(
    request: HttpRequest,
    clerk: Clerk,
    correction_id: int,
    act: Callable[[Deed, Staff, Correction], Refusal],
    words: tuple[str, str, str, str],
) -> HttpResponse:
    title, submit, lead, said = words
    correction = corrections.find_correction(clerk.issuer, correction_id)
    if correction is None:
        raise Http404("not this issuer's")
    form = OnceForm(request.POST or None)
    if form.is_valid():
        why = act(form.deed(clerk), clerk.staff, correction)
        if not why:
            return done(request, said, _page_of(correction))
        form.add_error(None, correction_refusal(why))
    until = "—" if correction.lot_id else until_short(last_day(correction.expires_at))
    facts: list[tuple[str, Any]] = [
        (_("対象"), owner_link(correction.resident, correction.card)),
        (_("訂正金額"), signed_words(correction.amount)),
        (_("電子マネー"), correction.emoney.local_name),
        (_("有効期限"), until),
        (_("申請した人"), correction.proposed_by.display_name),
        (_("申請の理由"), correction.reason),
        (_("今の残高"), what_is_held(clerk.issuer, correction.wallet_id)["total"]),
    ]
    question = Question(title, form, submit, _page_of(correction), lead, facts, danger=True)
    return ask(request, question)


def _ask(
    request: HttpRequest, owner: Resident | Card, title: str, form: forms.Form
) -> HttpResponse:
    facts: list[tuple[str, Any]] = []
    if isinstance(owner, Resident):
        facts += resident_facts(owner)
    else:
        facts.append((_("カード"), card_link(owner)))
    facts.append((_("残高"), what_is_held(owner.issuer, owner.wallet_id)["total"]))
    question = Question(
        title=title,
        lead=_("申請だけでは残高は変わりません。ほかの担当者が承認したときに変わります。"),
        form=form,
        submit=_("申請する"),
        back=way_back(owner),
        facts=facts,
    )
    return ask(request, question)


def _page_of(correction: Correction) -> str:
    return console_url(PAGE, correction.pk)
