"""発行者の設定: names and office, colours, logo, rules, closing days, terms."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import UnfoldAdminColorInputWidget

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.terms import current_terms, publish_terms
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.issuers.changing import change_issuer, change_rules
from hansatsu.parties.issuers.fields import SEAL, check_phone, check_seal
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.settings.closing import closing_facts
from hansatsu.web.console.settings.legal_texts import TITLES, legal_facts, page_of, version_words
from hansatsu.web.console.settings.providers import provider_facts

COLOUR = re.compile(r"#[0-9a-f]{6}")
MOST_YEN = 100_000_000


def _colour(label: Any) -> forms.CharField:
    widget = UnfoldAdminColorInputWidget()
    return forms.CharField(label=label, max_length=7, widget=widget)


class OfficeForm(ReasonForm):
    """Names, office and colours."""

    name = fields.text(gettext_lazy("名前"), 60)
    name_en = fields.english(gettext_lazy("英語名"), 60)
    seal = fields.text(gettext_lazy("朱印の文字"), SEAL, validators=[check_seal])
    colour_primary = _colour(gettext_lazy("基本の色"))
    colour_accent = _colour(gettext_lazy("目立たせる色"))
    office_name = fields.text(gettext_lazy("事務局の名前"), 100)
    office_name_en = fields.english(gettext_lazy("事務局の英語名"), 100)
    office_phone = fields.text(gettext_lazy("事務局の電話番号"), 20, validators=[check_phone])
    office_hours = fields.text(gettext_lazy("受付時間"), 100)
    office_hours_en = fields.english(gettext_lazy("受付時間(英語)"), 100)
    seller_address = fields.text(
        gettext_lazy("所在地"),
        150,
        required=False,
        help_text=gettext_lazy("特定商取引法に基づく表記に載ります。郵便番号から番地まで。"),
    )
    seller_representative = fields.text(
        gettext_lazy("運営責任者"),
        60,
        required=False,
        help_text=gettext_lazy(
            "特定商取引法に基づく表記に載ります。販売の責任を負う方のお名前です。"
        ),
    )
    cards_may_be_taken = fields.tick(gettext_lazy("カードの残高をウォレットに移せる"))
    field_order = [
        *("name", "name_en", "seal", "colour_primary", "colour_accent"),
        *("office_name", "office_name_en", "office_phone", "office_hours", "office_hours_en"),
        *("seller_address", "seller_representative", "cards_may_be_taken", "reason"),
    ]

    def clean(self) -> dict[str, Any]:
        """Colours as the database keeps them."""
        found = super().clean() or self.cleaned_data
        for name in ("colour_primary", "colour_accent"):
            found[name] = str(found.get(name, "")).lower()
            if not COLOUR.fullmatch(found[name]):
                self.add_error(name, _("#1d3a5c のような形で入力してください。"))
        return found


class RulesForm(ReasonForm):
    """Limits and refunds."""

    per_payment = fields.number(
        gettext_lazy("1回のお支払いの上限(円)"), 1, MOST_YEN, required=False
    )
    per_day = fields.number(gettext_lazy("1日のお支払いの上限(円)"), 1, MOST_YEN, required=False)
    holding = fields.number(
        gettext_lazy("1つのウォレットの残高の上限(円)"),
        1,
        MOST_YEN,
        required=False,
        help_text=gettext_lazy("空けると、制限なしです。"),
    )
    refund_grace_days = fields.number(
        gettext_lazy("有効期限後の返金で残高が戻る日数"),
        0,
        180,
        help_text=gettext_lazy(
            "0なら、期限を過ぎた分は返金しても戻りません。1日でも延ばすと、6か月以内に限る免除(資金決済法)"
            "から外れることがあります。"
        ),
    )
    field_order = ["per_payment", "per_day", "holding", "refund_grace_days", "reason"]


class TermsForm(ReasonForm):
    """A new version of the terms."""

    text = fields.long_text(
        gettext_lazy("利用規約"),
        50_000,
        rows=18,
        help_text=gettext_lazy("「## 」で始まる行は見出し、空の行は段落の切れ目です。"),
    )
    text_en = fields.long_text(gettext_lazy("英語(参考訳)"), 50_000, rows=18, required=False)
    field_order = ["text", "text_en", "reason"]


@require_safe
@for_clerks
def settings(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What is so now, and ways to change it."""
    issuer = clerk.issuer
    rules = ledger.issuer_rules(ledger_connection(), issuer.pk)
    groups = [
        (_("名前と事務局"), "settings_office", _office_facts(issuer)),
        (_("ロゴ"), "settings_logo", _logo_facts(issuer)),
        (_("上限と返金"), "settings_rules", _rule_facts(rules)),
        (_("締め日と振込日"), "settings_closing", closing_facts(issuer)),
        (_("お支払い会社"), "settings_provider", provider_facts(issuer)),
        (
            _("利用規約"),
            "settings_terms",
            [(_("公開中の版"), version_words(current_terms(issuer)))],
        ),
    ]
    shown = [
        {
            "title": title,
            "facts": facts,
            "href": console_url(page) if clerk.may_open(page) else "",
        }
        for title, page, facts in groups
    ]
    shown += [
        {
            "title": str(title),
            "facts": legal_facts(issuer, kind),
            "href": console_url(page_of(kind)) if clerk.may_open(page_of(kind)) else "",
        }
        for kind, title in TITLES.items()
    ]
    return show(request, "settings", title=_("発行者の設定"), groups=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def office(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Names, office and colours."""
    now = {name: getattr(clerk.issuer, name) for name in OfficeForm.field_order[:-1]}
    form = OfficeForm(request.POST or None, initial=now)
    lead = _("利用者サイト、メール、印刷物に、すぐに反映されます。色は読みやすく調整されます。")
    return _change(request, clerk, form, _("名前と事務局"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def rules(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Limits and refunds."""
    known = ledger.issuer_rules(ledger_connection(), clerk.issuer.pk)
    limits = known.limits
    now = {"per_payment": limits.per_payment, "per_day": limits.per_day}
    now |= {"holding": limits.holding, "refund_grace_days": known.refund_grace_days}
    form = RulesForm(request.POST or None, initial=now)
    if form.is_valid():
        typed = form.cleaned_data
        new = ledger.Limits(typed["per_payment"], typed["per_day"], typed["holding"])
        wanted = ledger.IssuerRules(new, typed["refund_grace_days"])
        change_rules(clerk.actor, wanted, reason=typed["reason"])
        return done(request, _("変えました。"), console_url("settings"))
    lead = _("次のお支払い、チャージ、返金から変わります。")
    return _ask(request, form, _("上限と返金"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def terms(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Publish a new version; what was published before stays on record."""
    latest = current_terms(clerk.issuer)
    now = {"text": latest.text, "text_en": latest.text_en}
    form = TermsForm(request.POST or None, initial=now)
    if form.is_valid():
        typed = form.cleaned_data
        with transaction.atomic():
            made = publish_terms(clerk.issuer, typed["text"], typed["text_en"])
            audit(
                clerk.actor,
                "terms_published",
                f"terms:{made.pk}",
                reason=typed["reason"],
                before={"version": latest.version},
                after={"version": made.version},
            )
        said = _("第%(version)d版を公開しました。") % {"version": made.version}
        return done(request, said, console_url("settings"))
    lead = _("公開した版は、あとから変えられません。書き直すときは新しい版になります。")
    return _ask(request, form, _("利用規約の新しい版"), lead)


def _change(
    request: HttpRequest, clerk: Clerk, form: forms.Form, title: str, lead: str
) -> HttpResponse:
    if form.is_valid():
        typed = dict(form.cleaned_data)
        reason = typed.pop("reason")
        try:
            change_issuer(clerk.actor, typed, reason=reason)
        except ValidationError as error:
            said = {name: " ".join(texts) for name, texts in error.message_dict.items()}
            fields.add_errors(form, said)
        else:
            return done(request, _("変えました。"), console_url("settings"))
    return _ask(request, form, title, lead)


def _ask(request: HttpRequest, form: forms.Form, title: str, lead: str) -> HttpResponse:
    return ask(request, Question(title, form, _("変える"), console_url("settings"), lead=lead))


def _office_facts(issuer: Issuer) -> list[tuple[str, str]]:
    missing = _("未登録(日本語で表示されます)")
    return [
        (_("発行者コード"), issuer.code),
        (_("名前"), f"{issuer.name} / {issuer.name_en or missing}"),
        (_("事務局の名前"), f"{issuer.office_name} / {issuer.office_name_en or missing}"),
        (_("事務局の電話番号"), issuer.office_phone),
        (_("受付時間"), f"{issuer.office_hours} / {issuer.office_hours_en or missing}"),
        (_("所在地"), issuer.seller_address or _("未登録")),
        (_("運営責任者"), issuer.seller_representative or _("未登録")),
        (_("色"), f"{issuer.colour_primary} {issuer.colour_accent}"),
    ]


def _logo_facts(issuer: Issuer) -> list[tuple[str, str]]:
    size = _("%(width)d×%(height)dピクセル") % {
        "width": issuer.logo_width,
        "height": issuer.logo_height,
    }
    shown = size if issuer.logo else _("なし(朱印の文字を表示)")
    return [(_("利用者サイトと加盟店サイトの上部"), shown)]


def _rule_facts(rules: ledger.IssuerRules) -> list[tuple[str, str]]:
    limits = rules.limits
    return [
        (_("1回のお支払いの上限(円)"), _yen(limits.per_payment)),
        (_("1日のお支払いの上限(円)"), _yen(limits.per_day)),
        (_("1つのウォレットの残高の上限(円)"), _yen(limits.holding)),
        (_("有効期限後の返金で残高が戻る日数"), str(rules.refund_grace_days)),
    ]


def _yen(amount: int | None) -> str:
    return _("制限なし") if amount is None else yen_words(amount)
