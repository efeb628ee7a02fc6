"""加盟店の案内状: the letters by which shops get their first log-in, in bulk or for one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts.models import FileForm, PrintKind
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.first_managers import shops_not_entered, shops_without_manager
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, show
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.frame.printing_words import on_shop_letters
from hansatsu.web.console.shops.views import found_shop
from hansatsu.web.shared.redirects import SeeOther

NEW, AGAIN = "new", "again"


class LetterForm(OnceForm):
    """To which shops, and as which files."""

    whose = fields.radio(gettext_lazy("どの加盟店に"))
    forms = fields.several(
        gettext_lazy("ファイル"),
        lambda: [
            (FileForm.PDF, _("PDF(そのまま印刷できる手紙)")),
            (FileForm.XLSX, _("Excel(印刷会社に渡す一覧)")),
        ],
        initial=[FileForm.PDF],
        help_text=gettext_lazy(
            "初期パスワードはファイルの中にだけあります。どのファイルも、最初にダウンロードした人だけが受け取れます。"
        ),
    )
    field_order = ["whose", "forms", "reason", "key"]

    def __init__(self, offered: dict[str, str], *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.fields["whose"].choices = list(offered.items())  # type: ignore[attr-defined]
        self.fields["whose"].initial = next(iter(offered))
        if AGAIN in offered:
            said = _("案内状を作り直すと、前の案内状の初期パスワードは使えなくなります。")
            self.fields["whose"].help_text = said


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def letters(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """To all shops that nobody can log in at, or again to those where nobody has."""
    of_whom = {NEW: shops_without_manager(clerk.issuer), AGAIN: shops_not_entered(clerk.issuer)}
    return _letters(request, clerk, of_whom, console_url("shops_shop_changelist"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def letter(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """To one shop."""
    shop = found_shop(clerk, shop_id)
    of_whom = {
        NEW: shops_without_manager(clerk.issuer).filter(pk=shop.pk),
        AGAIN: shops_not_entered(clerk.issuer).filter(pk=shop.pk),
    }
    return _letters(request, clerk, of_whom, console_url("shop_staff", shop.pk))


def _letters(
    request: HttpRequest, clerk: Clerk, of_whom: dict[str, "QuerySet[Shop]"], back: str
) -> HttpResponse:
    missing = needed(request, clerk, "shop_letters", _title(), back)
    if missing is not None:
        return missing
    counts = {which: shops.count() for which, shops in of_whom.items()}
    offered = {which: _words(which) % {"count": n} for which, n in counts.items() if n}
    if not offered:
        return _none_needed(request, back)
    form = LetterForm(offered, request.POST or None)
    if is_ready(request, form):
        shops = list(of_whom[form.cleaned_data["whose"]].order_by("code"))
        page = _unprintable(request, clerk, form, shops)
        return _order(clerk, form, shops) if page is None else page
    question = Question(
        title=_title(),
        lead=_(
            "加盟店は、店長のアカウントができるまで加盟店サイト(レジ)を使えません。1店に1枚、アドレスとQRコード、"
            "ログインID、初期パスワードを書いた案内状を作ります。郵送か手渡しでお届けください。"
        ),
        form=form,
        submit=_("案内状を作る"),
        back=back,
    )
    return ask(request, question)


def _none_needed(request: HttpRequest, back: str) -> HttpResponse:
    said = _(
        "案内状の必要な加盟店はありません。店長のパスワードや認証アプリのことは、"
        "加盟店のページの「加盟店の担当者」で行います。"
    )
    return show(request, "told", title=_title(), said=said, way_back=back)


def _unprintable(
    request: HttpRequest, clerk: Clerk, form: LetterForm, shops: list[Shop]
) -> HttpResponse | None:
    """What the letters will lack, before there are any: a shop gets its password once."""
    is_printed = FileForm.PDF in form.cleaned_data["forms"]
    cautions = on_shop_letters(clerk.issuer, shops) if is_printed else []
    if not cautions:
        return None
    typed = form.cleaned_data
    facts = [
        (_("どの加盟店に"), _words(typed["whose"]) % {"count": len(shops)}),
        (_("理由"), typed["reason"]),
    ]
    asked = Confirmation(_title(), form, _("案内状を作る"), facts=facts, cautions=cautions)
    return to_confirm(request, asked)


def _order(clerk: Clerk, form: LetterForm, shops: list[Shop]) -> HttpResponse:
    typed = form.cleaned_data
    wanted = bulk.Order(
        PrintKind.SHOPS,
        ngettext("案内状 %(count)d店", "案内状 %(count)d店", len(shops)) % {"count": len(shops)},
        bulk.letter_settings([shop.pk for shop in shops], again=typed["whose"] == AGAIN),
        len(shops),
        typed["forms"],
    )
    making = bulk.order(clerk.actor, wanted, reason=typed["reason"], key=form.own_key())
    return SeeOther(console_url("printouts_making_change", making.pk))


def _title() -> str:
    return _("加盟店の案内状を作る")


def _words(which: str) -> str:
    if which == NEW:
        return _("まだ店長のいない加盟店 (%(count)d店)")
    return _("案内状のあと、まだログインのない加盟店 (%(count)d店)")
