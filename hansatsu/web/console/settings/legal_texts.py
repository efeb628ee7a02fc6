"""What the law has an issuer show, in its own words."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.legal_texts import current_legal_text, publish_legal_text
from hansatsu.formats.japan import in_japan
from hansatsu.parties.identity.models import LegalKind, LegalText, Terms
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done

TITLES = {
    LegalKind.COMMERCE: gettext_lazy("特定商取引法に基づく表記"),
    LegalKind.PAYMENT_SERVICES: gettext_lazy("資金決済法に基づく情報提供"),
    LegalKind.PRIVACY: gettext_lazy("プライバシーポリシー"),
}


class LegalTextForm(ReasonForm):
    """A new version."""

    text = fields.long_text(
        gettext_lazy("本文"),
        50_000,
        rows=18,
        required=False,
        help_text=gettext_lazy(
            "「## 」で始まる行は見出し、空の行は段落の切れ目です。"
            "空けて公開すると、標準の文に戻ります。"
        ),
    )
    text_en = fields.long_text(
        gettext_lazy("英語(参考訳)"),
        50_000,
        rows=18,
        required=False,
        help_text=gettext_lazy("空けると、英語のページにも日本語の本文が出ます。"),
    )
    field_order = ["text", "text_en", "reason"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def legal_text(request: HttpRequest, clerk: Clerk, kind: LegalKind) -> HttpResponse:
    """Publish a new version; what was published before stays on record."""
    latest = current_legal_text(clerk.issuer, kind)
    now = {"text": latest.text, "text_en": latest.text_en} if latest else {}
    form = LegalTextForm(request.POST or None, initial=now)
    if form.is_valid():
        typed = form.cleaned_data
        with transaction.atomic():
            made = publish_legal_text(clerk.issuer, kind, typed["text"], typed["text_en"])
            audit(
                clerk.actor,
                "legal_text_published",
                f"legal:{made.pk}",
                reason=typed["reason"],
                before={"kind": kind.value, "version": made.version - 1},
                after={"kind": kind.value, "version": made.version},
            )
        said = _("第%(version)d版を公開しました。") % {"version": made.version}
        return done(request, said, console_url("settings"))
    lead = _("公開した版は、あとから変えられません。書き直すときは新しい版になります。")
    return ask(
        request,
        Question(str(TITLES[kind]), form, _("変える"), console_url("settings"), lead=lead),
    )


def page_of(kind: LegalKind) -> str:
    """The name of the page that publishes it."""
    return f"settings_legal_{kind.name.lower()}"


def legal_facts(issuer: Issuer, kind: LegalKind) -> list[tuple[str, str]]:
    """Which version holds."""
    latest = current_legal_text(issuer, kind)
    if latest is None or not latest.text:
        return [(_("公開中の版"), _("標準の文"))]
    return [(_("公開中の版"), version_words(latest))]


def version_words(published: LegalText | Terms) -> str:
    """Which version, and from when."""
    day = f"{in_japan(published.published_at):%Y/%m/%d}"
    return _("第%(version)d版 %(day)s") % {"version": published.version, "day": day}
