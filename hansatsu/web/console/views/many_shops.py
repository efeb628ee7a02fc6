"""What is done with many shops: registered from a file, their posters printed."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.identity.bank_accounts import TYPES
from hansatsu.issuers.models import Issuer
from hansatsu.printouts.posters import Code, Form, posters
from hansatsu.programs.selectors import emoneys
from hansatsu.sheets.reading import LARGEST, ROWS, too_large
from hansatsu.sheets.writing import XLSX, workbook
from hansatsu.shops.fields import ACCOUNT
from hansatsu.shops.importing import HEADINGS, Import, import_shops
from hansatsu.shops.models import Area, Category, Shop
from hansatsu.web.console import fields
from hansatsu.web.console.access import Clerk, console_url, for_clerks
from hansatsu.web.console.asking import Question, ask, done, show
from hansatsu.web.console.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.needing import needed
from hansatsu.web.console.permissions import Act
from hansatsu.web.console.printing_words import on_posters
from hansatsu.web.console.shop_forms import ImportForm
from hansatsu.web.console.views.shops import LIST, found_shop

POSTERS = 100
"""In one file: some five seconds."""
SHOWN = 100
"""Faults on the page; the others are counted."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def import_file(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Register all shops of a file, or none."""
    title = _("加盟店をファイルから登録")
    missing = needed(request, clerk, "shop_import", title, console_url(LIST))
    if missing is not None:
        return missing
    form = ImportForm(request.POST or None, request.FILES or None)
    result: Import | None = None
    if form.is_valid():
        result = _import(clerk, form.cleaned_data)
        if not result.refused and not form.cleaned_data["only_check"]:
            said = _("%(count)d店を登録しました。") % {"count": result.count}
            letters = clerk.may_open("shop_letters")
            return done(request, said, console_url("shop_letters" if letters else LIST))
    return show(
        request,
        "shop_import",
        status=422 if form.is_bound and (result is None or result.refused) else 200,
        title=title,
        question=Question(
            title="",
            form=form,
            submit=_("登録する"),
            back=console_url(LIST),
            lead=_("ひな形に書き込んで選んでください。1行でも誤りがあれば、1店も登録しません。"),
        ),
        form_file=console_url("shop_template"),
        result=result,
        faults=[str(each) for each in result.faults[:SHOWN]] if result else [],
        more=max(0, len(result.faults) - SHOWN) if result else 0,
        most=ROWS,
        accounts=clerk.may(Act.ACCOUNTS),
    )


@require_safe
@for_clerks
def template(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The file to fill in: headings, and an example with this issuer's own names. Bank accounts
    are for who may set them."""
    example = {
        "code": "S0001",
        "name": "喫茶ひまわり",
        "name_kana": "キッサヒマワリ",
        "name_en": "Cafe Himawari",
        "area": _first(Area.objects.of(clerk.issuer), "駅西"),
        "category": _first(Category.objects.of(clerk.issuer), "中小店舗"),
        "address": "中央町1-2-3",
        "phone": "0285-00-0001",
        "takes": "、".join(each.name for each in emoneys(clerk.issuer)) or "全店共通",
        "bank": "0129",
        "branch": "101",
        "type": TYPES["1"],
        "number": "1234567",
        "holder": "ヒマワリ タロウ",
    }
    widths = [14, 24, 24, 24, 14, 14, 32, 16, 28, 14, 12, 10, 12, 24]
    columns = [name for name in HEADINGS if name not in ACCOUNT or clerk.may(Act.ACCOUNTS)]
    file = workbook(
        "加盟店",
        [HEADINGS[name] for name in columns],
        [[example[name] for name in columns]],
        widths[: len(columns)],
    )
    return download(file, XLSX, f"{clerk.issuer.code}-shops.xlsx")


class PosterForm(forms.Form):
    """Which posters, and how."""

    shops = fields.choice(gettext_lazy("加盟店"))
    form = fields.radio(
        gettext_lazy("形"),
        lambda: [("a4", _("壁に貼る (A4)")), ("stand", _("卓上に置く (三角POP)"))],
        initial="a4",
    )
    code = fields.radio(
        gettext_lazy("QRコード"),
        lambda: [
            ("url", _("スマートフォンのカメラで開ける(おすすめ)")),
            ("emv", _("利用者サイトだけで読み取れる(EMVCo)")),
        ],
        initial="url",
    )

    def __init__(self, groups: list[list[Shop]], *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        offered = [(str(place), _range(shops)) for place, shops in enumerate(groups)]
        self.fields["shops"].choices = offered  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def poster_files(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The posters of many shops, a page each."""
    title = _("ポスターを印刷")
    missing = needed(request, clerk, "shop_posters", title, console_url(LIST))
    if missing is not None:
        return missing
    groups = _groups(clerk.issuer)
    form = PosterForm(groups, request.POST or None)
    if is_ready(request, form):
        return _poster_file(request, clerk, groups[int(form.cleaned_data["shops"])], form)
    question = Question(
        title=title,
        lead=_("利用中の加盟店のポスターを、1店1ページのPDFにします。一度に%(most)d店までです。")
        % {"most": POSTERS},
        form=form,
        submit=_("PDFを作る"),
        back=console_url(LIST),
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def poster_file(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """The poster of one shop."""
    shop = found_shop(clerk, shop_id)
    form = PosterForm([[shop]], request.POST or None, initial={"shops": "0"})
    if is_ready(request, form):
        return _poster_file(request, clerk, [shop], form)
    question = Question(
        title=_("ポスター"),
        form=form,
        submit=_("PDFを作る"),
        back=console_url("shops_shop_change", shop.pk),
    )
    return ask(request, question)


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _import(clerk: Clerk, typed: dict[str, Any]) -> Import:
    if typed["file"].size > LARGEST:
        return Import(error=too_large())
    return import_shops(
        clerk.actor,
        typed["file"].read(),
        reason=typed["reason"],
        accounts=clerk.may(Act.ACCOUNTS),
        only_check=typed["only_check"],
    )


def _groups(issuer: Issuer) -> list[list[Shop]]:
    open_shops = Shop.objects.of(issuer).filter(open=True).select_related("area", "issuer")
    shops = list(open_shops.order_by("code"))
    return [shops[first : first + POSTERS] for first in range(0, len(shops), POSTERS)]


def _range(shops: list[Shop]) -> str:
    if len(shops) == 1:
        return f"{shops[0].code} {shops[0].local_name}"
    return _("%(first)s 〜 %(last)s (%(count)d店)") % {
        "first": shops[0].code,
        "last": shops[-1].code,
        "count": len(shops),
    }


def _poster_file(
    request: HttpRequest, clerk: Clerk, shops: list[Shop], form: PosterForm
) -> HttpResponse:
    """The file; before it, what cannot be printed, if anything."""
    cautions = on_posters(clerk.issuer, shops)
    if cautions:
        asked = Confirmation(
            title=_("ポスター"),
            form=form,
            submit=_("このまま印刷する"),
            lead=_(
                "次の文字は、印刷用の書体にありません。店名を変えるか、このまま印刷してください。"
            ),
            cautions=cautions,
        )
        page = to_confirm(request, asked)
        if page is not None:
            return page
    typed = form.cleaned_data
    pdf = posters(clerk.issuer, shops, cast("Form", typed["form"]), cast("Code", typed["code"]))
    name = f"{clerk.issuer.code}-{shops[0].code}-{shops[-1].code}-{typed['form']}.pdf"
    return download(pdf, "application/pdf", name)


def _first(groups: Any, otherwise: str) -> str:
    group = groups.first()
    return group.name if group else otherwise
