"""お支払い会社: where residents pay for what they buy, under which keys. A key is typed in, and
never shown again."""

from typing import Any, assert_never

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.charging.provider_accounts import (
    LONGEST_SECRET,
    MisfitError,
    account_names,
    active_account,
    choose_provider,
    providers_for,
    stop_selling,
)
from hansatsu.flows.charging.psp.base import Provider
from hansatsu.flows.charging.psp.registry import PROVIDERS
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer, Mode
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show


class KeysForm(ReasonForm):
    """The secrets that the provider gave us."""

    def __init__(self, kind: type[Provider], *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.secrets = [name for name in kind.secret_names if name not in kind.own_secrets]
        for name in self.secrets:
            self.fields[name] = fields.secret(_secret_words(name), LONGEST_SECRET)
        self.order_fields([*self.secrets, "reason"])

    def brought(self) -> dict[str, str]:
        """What was typed, by the secret's name."""
        return {name: self.cleaned_data[name] for name in self.secrets}


@require_safe
@for_clerks
def providers(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Those that the issuer may have, and what is to be set up at each."""
    active, known = active_account(clerk.issuer), account_names(clerk.issuer)
    name = active.provider if active else ""
    groups = [
        {
            "title": PROVIDERS[each].title,
            "facts": _facts(clerk.issuer, each, is_active=each == name, is_known=each in known),
            "href": f"{console_url('settings_provider_keys')}?provider={each}",
        }
        for each in providers_for(clerk.issuer)
    ]
    stop = console_url("settings_provider_stop") if active else ""
    return show(request, "providers", title=_("お支払い会社"), groups=groups, stop=stop)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def keys(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Have new orders paid at ``?provider=``, otherwise at the first the issuer may have, once the
    provider has known the keys."""
    offered = providers_for(clerk.issuer)
    provider = request.GET.get("provider", offered[0])
    if provider not in offered:
        raise Http404("none of the issuer's providers")
    kind = PROVIDERS[provider]
    form = KeysForm(kind, request.POST or None)
    if form.is_valid() and _is_chosen(clerk, provider, form):
        return done(
            request, _("新しい注文のお支払い先にしました。"), console_url("settings_provider")
        )
    lead = _(
        "新しい注文は、ここでお支払いを受け付けます。前の口座で始まった注文の入金と返金は、そのまま前の口座で"
        "続きます。"
    )
    if form.secrets:
        lead += _(
            "鍵は暗号化して保管し、画面には二度と表示されません。同じ会社の別の口座には替えられません。"
            "前の口座で受け取ったお金を返せなくなるためです。"
        )
    back = console_url("settings_provider")
    title = _("%(provider)sでお支払いを受け付ける") % {"provider": kind.title}
    return ask(request, Question(title, form, _("確かめて使う"), back, lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Sell nothing online any more."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        stop_selling(Deed(clerk.actor, form.cleaned_data["reason"]))
        return done(request, _("受付を止めました。"), console_url("settings_provider"))
    lead = _(
        "新しいチャージ (購入) のお支払いができなくなります。"
        "始まっている注文の入金と返金は続きます。"
    )
    back = console_url("settings_provider")
    title = _("オンラインでのお支払いの受付を止める")
    return ask(request, Question(title, form, _("受付を止める"), back, lead=lead, danger=True))


def provider_facts(issuer: Issuer) -> list[tuple[str, str]]:
    """Where new orders are paid."""
    active = active_account(issuer)
    title = PROVIDERS[active.provider].title if active else _("なし(オンラインでは販売しません)")
    return [(_("新しい注文のお支払い"), title)]


def _is_chosen(clerk: Clerk, provider: str, form: KeysForm) -> bool:
    """True when it is so now; otherwise the form says why not."""
    deed = Deed(clerk.actor, form.cleaned_data["reason"])
    try:
        outcome = choose_provider(deed, provider, form.brought())
    except MisfitError as error:
        for name in error.names:
            form.add_error(name, _misfit_words(clerk.issuer))
        return False
    match outcome:
        case "chosen":
            return True
        case "refused":
            why = _("この鍵では断られました。写し間違いがないか確かめてください。")
            form.add_error(form.secrets[0], why)
        case "other_account":
            why = _(
                "これまでの注文を受け付けた口座の鍵ではありません。同じ口座の鍵を入力してください。"
            )
            form.add_error(form.secrets[0], why)
        case "down":
            why = _("お支払い会社につながらず、鍵を確かめられませんでした。何も変わっていません。")
            form.add_error(None, why)
        case never:
            assert_never(never)
    return False


def _facts(
    issuer: Issuer, provider: str, *, is_active: bool, is_known: bool
) -> list[tuple[str, str]]:
    kind = PROVIDERS[provider]
    if is_active:
        state = _("使用中")
    elif is_known:
        state = _("前の口座(始まった注文の入金と返金だけ)")
    else:
        state = _("未登録")
    facts = [(_("状態"), state)]
    if kind.webhook_events:
        path = reverse("psp_webhook", args=[provider, issuer.code])
        facts += [
            (_("Webhookの宛先"), f"{settings.SITE_URL}{path}"),
            (_("Webhookで受け取るイベント"), " ".join(kind.webhook_events)),
        ]
    return facts


def _secret_words(name: str) -> str:
    """What the provider itself calls it, when we know."""
    known = {
        "secret_key": gettext_lazy("シークレットキー"),
        "webhook_secret": gettext_lazy("Webhookの署名シークレット"),
    }
    return str(known.get(name, name))


def _misfit_words(issuer: Issuer) -> str:
    if issuer.mode == Mode.LIVE:
        return _(
            "本番用の鍵を入力してください。テスト用の鍵では、お金が動かないままチャージされてしまいます。"
        )
    return _("テスト用の鍵を入力してください。")
