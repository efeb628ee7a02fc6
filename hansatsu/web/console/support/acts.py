"""Stopping and resuming wallets and cards, reissuing a lost card, sending a mail again."""

from collections.abc import Callable, Sequence
from typing import assert_never

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.printouts.store import is_own_card
from hansatsu.flows.support import acts
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.devices import devices_of
from hansatsu.parties.identity.masks import mask_email
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.asking import Question, ask, done, show
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.handed_files import HOURS_KEPT, SAVED, card_file_saved
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.support.common import (
    card_tail,
    found_card,
    found_resident,
    resident_facts,
)
from hansatsu.web.console.support.timeline_words import mail_state_words
from hansatsu.web.console.support.words import card_state_words, mail_refusal
from hansatsu.web.shared.words import japan_time


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def freeze(request: HttpRequest, clerk: Clerk, resident_id: int) -> HttpResponse:
    """Have a wallet pay nothing."""
    resident, form = found_resident(clerk, resident_id), OnceForm(request.POST or None)
    if form.is_valid():
        made = acts.freeze_wallet(form.deed(clerk), resident, key=form.own_key())
        return _back(request, resident, _frozen_words(made, _("ウォレットを停止しました。")))
    lead = _(
        "すぐに、このウォレットではお支払いができなくなります。チャージと返金は受け取れます。再開するまで続きます。"
    )
    return _ask(request, resident, _("ウォレットを停止"), form, _("停止する"), lead, danger=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def unfreeze(request: HttpRequest, clerk: Clerk, resident_id: int) -> HttpResponse:
    """Have a wallet pay again."""
    resident, form = found_resident(clerk, resident_id), OnceForm(request.POST or None)
    if form.is_valid():
        made = acts.unfreeze_wallet(form.deed(clerk), resident, key=form.own_key())
        return _back(request, resident, _frozen_words(made, _("ウォレットを再開しました。")))
    lead = _("ご本人であることを確かめてから行ってください。")
    return _ask(request, resident, _("ウォレットを再開"), form, _("再開する"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def devices(request: HttpRequest, clerk: Clerk, resident_id: int) -> HttpResponse:
    """Log a resident's browsers out: a lost phone."""
    resident, form = found_resident(clerk, resident_id), OnceForm(request.POST or None)
    if form.is_valid():
        ended = acts.end_devices(form.deed(clerk), resident)
        said = _("%(count)d台の端末を停止しました。") % {"count": ended}
        return _back(request, resident, said if ended else _("利用中の端末はありません。"))
    lead = _("すべての端末がログアウトされ、表示中の支払コードも使えなくなります。")
    title = _("端末をすべて停止")
    names = [browser_words(each.label) or each.label for each in devices_of(resident)]
    facts = [
        (_("停止する端末"), _("%(count)d台") % {"count": len(names)}),
        (_("端末"), listed(names) or _("なし")),
    ]
    return _ask(request, resident, title, form, _("停止する"), lead, danger=True, more=facts)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def card_stop(request: HttpRequest, clerk: Clerk, card_id: int) -> HttpResponse:
    """Freeze a lost card."""
    lead = _("すぐに、このカードではお支払いができなくなります。")
    title, said = _("カードを停止"), _("カードを停止しました。")
    return _card_state(
        request, clerk, card_id, acts.stop_lost_card, title, _("停止する"), lead, said
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def card_resume(request: HttpRequest, clerk: Clerk, card_id: int) -> HttpResponse:
    """Let a stopped card pay again."""
    lead = _("カードをお持ちの方のものであることを確かめてから行ってください。")
    title, said = _("カードを再開"), _("カードを再開しました。")
    return _card_state(
        request, clerk, card_id, acts.resume_found_card, title, _("再開する"), lead, said
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def card_reissue(request: HttpRequest, clerk: Clerk, card_id: int) -> HttpResponse:
    """Move a lost card's value to a new card, and lead to it. Pressed twice, both lead there."""
    card, form = found_card(clerk, card_id), OnceForm(request.POST or None)
    if form.is_valid():
        new = acts.reissue_lost_card(form.deed(clerk), card)
        if new is None:
            card = found_card(clerk, card_id)
        target = new or card.replaced_by or card
        said = _(
            "新しいカードに再発行しました。印刷ファイルは、別の責任者か運用担当が受け取ります。ホームに表示されます。"
        )
        if target == card:
            said = _("このカードの残高は、すでに移されています。")
        return done(request, said, console_url("support_card", target.pk))
    lead = _(
        "残高をすべて新しいカードに移します。前のカードは二度と使えません。新しいカードを印刷するファイルは、別の責任者か運用担当が受け取ります。"
    )
    return _ask_card(request, card, _("新しいカードに再発行"), form, _("再発行する"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def card_file(request: HttpRequest, clerk: Clerk, card_id: int) -> HttpResponse:
    """Hand out the file that a reissued card is printed from, to somebody else than the
    clerk who reissued it; and wipe it when they have saved it."""
    card, form = found_card(clerk, card_id), OnceForm(request.POST or None)
    title, back = _("印刷ファイルを受け取る"), console_url("support_card", card.pk)
    file = acts.waiting_file(card)
    if file is not None and is_own_card(file, clerk.staff.actor):
        said = _("再発行した本人は受け取れません。別の責任者か運用担当が受け取ります。")
        return show(request, "told", title=title, said=said, way_back=back)
    if SAVED in request.POST:
        return card_file_saved(request, clerk, card, file, back)
    if form.is_valid():
        pdf = acts.take_card_file(form.deed(clerk), card)
        if pdf is not None:
            return download(pdf, "application/pdf", f"card-{card.pk}.pdf")
        form.add_error(
            None,
            _("このファイルはもう受け取られています。必要なときは、もう一度再発行してください。"),
        )
    question = Question(
        title=title,
        lead=_(
            "受け取れるのは、最初にダウンロードした人だけです。"
            "「保存しました」を押すか、%(hours)d時間たつと消えます。"
        )
        % {"hours": HOURS_KEPT},
        form=form,
        submit=_("ダウンロードする"),
        back=back,
        facts=[(_("カード"), card_tail(card))],
    )
    is_mine = file is not None and file.downloaded_by == clerk.staff.actor
    return ask(request, question, template="card_file", is_mine=is_mine)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def mail(request: HttpRequest, clerk: Clerk, mail_id: int) -> HttpResponse:
    """Send a mail once more."""
    found = Mail.objects.of(clerk.issuer).select_related("resident").filter(pk=mail_id).first()
    if found is None or found.resident is None:
        raise Http404("not a resident's of this issuer")
    form = OnceForm(request.POST or None)
    if form.is_valid():
        made = acts.resend_mail(form.deed(clerk), found)
        if made == "sent":
            return _back(request, found.resident, _("メールを再送しました。"))
        form.add_error(None, mail_refusal(made))
    question = Question(
        title=_("メールを再送"),
        lead=_("いま登録されているメールアドレスに、同じ内容をもう一度送ります。"),
        form=form,
        submit=_("再送する"),
        back=console_url("support_resident", found.resident.pk),
        facts=[
            (_("件名"), found.subject),
            (_("状態"), mail_state_words(found.state)),
            (_("送信日時"), japan_time(found.sent_at or found.created_at)),
            (_("前の宛先"), mask_email(found.to)),
            (_("今の宛先"), mask_email(found.resident.email)),
        ],
    )
    return ask(request, question)


def _card_state(
    request: HttpRequest,
    clerk: Clerk,
    card_id: int,
    act: Callable[[Deed, Card], bool],
    title: str,
    submit: str,
    lead: str,
    said: str,
) -> HttpResponse:
    card, form = found_card(clerk, card_id), OnceForm(request.POST or None)
    if form.is_valid():
        if not act(form.deed(clerk), card):
            said = _("もうその状態になっています。変わったことはありません。")
        return done(request, said, console_url("support_card", card.pk))
    return _ask_card(request, card, title, form, submit, lead)


def _ask(
    request: HttpRequest,
    resident: Resident,
    title: str,
    form: forms.Form,
    submit: str,
    lead: str,
    *,
    danger: bool = False,
    more: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    facts = [*resident_facts(resident), *more]
    facts.append((_("残高"), value_words(total_balance(resident.issuer, resident.wallet_id))))
    back = console_url("support_resident", resident.pk)
    return ask(request, Question(title, form, submit, back, lead, facts, danger))


def _ask_card(
    request: HttpRequest,
    card: Card,
    title: str,
    form: forms.Form,
    submit: str,
    lead: str,
    *,
    danger: bool = True,
) -> HttpResponse:
    facts = [
        (_("カード"), card_tail(card)),
        (_("状態"), card_state_words(card.state)),
        (_("残高"), value_words(total_balance(card.issuer, card.wallet_id))),
    ]
    back = console_url("support_card", card.pk)
    return ask(request, Question(title, form, submit, back, lead, facts, danger))


def _back(request: HttpRequest, resident: Resident, said: str) -> HttpResponse:
    return done(request, said, console_url("support_resident", resident.pk))


def _frozen_words(made: acts.Freezing, said: str) -> str:
    match made:
        case "done":
            return said
        case "unchanged":
            return _("もうその状態になっています。変わったことはありません。")
        case "left":
            return _("退会した方のウォレットは再開できません。")
        case never:
            assert_never(never)
