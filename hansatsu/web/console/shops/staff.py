"""加盟店の担当者: who works at a shop, let in and helped by the issuer; the shop's own managers do
the same for each other on the shop site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.log_in import log_in_address
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff import accounts
from hansatsu.parties.staff.first_managers import free_login_id
from hansatsu.parties.staff.second_factor import has_second_factor
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, show
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.shops.views import PAGE, found_shop
from hansatsu.web.console.staff import acts
from hansatsu.web.console.staff.acts import Whom, who_facts
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.staff_words import shop_roles

LIST = "shop_staff"


class InviteForm(ReasonForm):
    """A new account of a shop."""

    login_id = fields.text(
        gettext_lazy("ログインID"),
        32,
        help_text=gettext_lazy("半角の英数字で4文字以上。大文字と小文字は区別しません。"),
    )
    display_name = fields.text(gettext_lazy("お名前"), 60)
    role = fields.radio(
        gettext_lazy("役割"),
        lambda: shop_roles()[::-1],  # a shop's first one is a manager
        initial=Role.MANAGER,
    )
    field_order = ["login_id", "display_name", "role", "reason"]


@require_safe
@for_clerks
def people(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Everybody of the shop, and what can be done for each."""
    shop = found_shop(clerk, shop_id)
    everybody = accounts.list_shop_staff(shop)
    return show(
        request,
        "shop_staff",
        title=_("加盟店の担当者"),
        subtitle=_("加盟店の担当者"),
        people=[(each, _facts(each), _links(clerk, shop, each)) for each in everybody],
        has_no_manager=not any(each.is_active and each.role == Role.MANAGER for each in everybody),
        links=clerk.only_open(
            ("shop_staff_new", _link(_("担当者を追加"), "shop_staff_new", shop.pk, "person_add")),
            ("shop_letter", _link(_("案内状を作る"), "shop_letter", shop.pk, "mail")),
        ),
        back=Link(shop.local_name, console_url(PAGE, shop.pk)),
        address=log_in_address(shop_url("login"), clerk.issuer),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Let somebody in, the first manager before all; the initial password is shown once."""
    shop = found_shop(clerk, shop_id)
    suggested = {"login_id": free_login_id(shop), "display_name": _("店長")}
    form = InviteForm(request.POST or None, initial=suggested)
    if form.is_valid():
        made = accounts.hire(clerk.actor, shop, **form.cleaned_data)
        if made.staff is not None:
            return acts.handed_over(request, _whom(shop, made.staff), made.password)
        fields.add_errors(form, made.errors)
    question = Question(
        title=_("加盟店の担当者を追加"),
        lead=_(
            "初期パスワードは次の画面に一度だけ表示されます。ご本人が最初のログインで変更し、認証アプリを登録します。"
        ),
        facts=_shop_facts(shop),
        form=form,
        submit=_("追加する"),
        back=console_url(LIST, shop.pk),
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def password(request: HttpRequest, clerk: Clerk, shop_id: int, staff_id: int) -> HttpResponse:
    """Hand over a new initial password."""
    lead = _(
        "今のパスワードは使えなくなり、この人はすべての画面からログアウトされます。"
        "登録済みの電話番号にかけ直すなどして、ご本人であることを確かめてから行ってください。"
    )
    return acts.new_password(request, clerk, _found(clerk, shop_id, staff_id), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def second_factor(request: HttpRequest, clerk: Clerk, shop_id: int, staff_id: int) -> HttpResponse:
    """Have the authenticator set up anew: the phone was lost or changed."""
    return acts.new_second_factor(request, clerk, _found(clerk, shop_id, staff_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk, shop_id: int, staff_id: int) -> HttpResponse:
    """Let somebody in no more; they are logged out at once."""
    return acts.set_active(request, clerk, _found(clerk, shop_id, staff_id), active=False)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def start(request: HttpRequest, clerk: Clerk, shop_id: int, staff_id: int) -> HttpResponse:
    """Let somebody in again."""
    return acts.set_active(request, clerk, _found(clerk, shop_id, staff_id), active=True)


def _facts(person: Staff) -> list[tuple[str, str]]:
    if not person.is_active:
        state = _("停止中")
    elif person.must_change_password:
        state = _("初期パスワードをお渡し済み(まだログインしていません)")
    else:
        state = _("利用中")
    facts = [*who_facts(person), (_("状態"), state)]
    if person.needs_second_factor:
        ready = _("登録済み") if has_second_factor(person) else _("次のログインで登録")
        facts.append((_("認証アプリ"), ready))
    return facts


def _links(clerk: Clerk, shop: Shop, person: Staff) -> list[Link]:
    at = (shop.pk, person.pk)
    stopping = Link(_("利用を停止"), console_url("shop_staff_stop", *at), danger=True)
    starting = Link(_("利用を再開"), console_url("shop_staff_start", *at))
    anew = Link(_("認証アプリを登録し直す"), console_url("shop_staff_second_factor", *at))
    again = Link(_("パスワードを再発行"), console_url("shop_staff_password", *at))
    offered = [("shop_staff_password", again)] if person.is_active else []
    if person.is_active and person.needs_second_factor:
        offered.append(("shop_staff_second_factor", anew))
    offered.append(
        ("shop_staff_stop", stopping) if person.is_active else ("shop_staff_start", starting)
    )
    return clerk.only_open(*offered)


def _link(label: str, page: str, shop_id: int, icon: str) -> Link:
    return Link(label, console_url(page, shop_id), icon)


def _found(clerk: Clerk, shop_id: int, staff_id: int) -> Whom:
    shop = found_shop(clerk, shop_id)
    person = accounts.find_shop_staff(shop, staff_id)
    if person is None:
        raise Http404("not this shop's")
    return _whom(shop, person)


def _whom(shop: Shop, person: Staff) -> Whom:
    return Whom(person, console_url(LIST, shop.pk), shop_url("login"), _shop_facts(shop))


def _shop_facts(shop: Shop) -> list[tuple[str, str]]:
    return [(_("加盟店番号"), shop.code), (_("店名"), shop.local_name)]
