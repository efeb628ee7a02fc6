"""What is done with many shops: registered from a file, their posters printed."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.printouts.posters import Code, Form, posters
from hansatsu.formats.sheets.reading import LARGEST, ROWS, too_large
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.batches import draft
from hansatsu.parties.shops.importing import Import, read_shops
from hansatsu.parties.shops.models import BatchKind, Shop
from hansatsu.parties.shops.sheets import form_file, known_file
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, show
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.frame.files import SHOWN, download
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.frame.printing_words import on_posters
from hansatsu.web.console.shops.forms import ImportForm
from hansatsu.web.console.shops.views import LIST, found_shop
from hansatsu.web.shared.redirects import SeeOther

POSTERS = 100
"""In one file: some five seconds."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def import_file(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Read a file, and go on to what it would do; or say what is wrong with it."""
    title = _("加盟店をファイルから登録")
    missing = needed(request, clerk, "shop_import", title, console_url(LIST))
    if missing is not None:
        return missing
    form = ImportForm(request.POST or None, request.FILES or None)
    result: Import | None = None
    if form.is_valid():
        result = _read(clerk, form.cleaned_data)
        if not result.refused:
            reason = form.cleaned_data["reason"]
            batch = draft(clerk.actor, BatchKind.FILE, result.changes, reason=reason)
            return SeeOther(console_url("shops_batch_change", batch.pk))
    return show(
        request,
        "shop_import",
        status=422 if form.is_bound else 200,
        title=title,
        question=Question(
            title="",
            form=form,
            submit=_("内容を確かめる"),
            back=console_url(LIST),
            lead=_(
                "ファイルを選ぶと、登録する内容を次の画面で確かめられます。"
                "1行でも誤りがあれば、1店も登録しません。"
            ),
        ),
        form_file=console_url("shop_template"),
        known_file=console_url("shop_export"),
        result=result,
        faults=[str(each) for each in result.faults[:SHOWN]] if result else [],
        more=max(0, len(result.faults) - SHOWN) if result else 0,
        most=ROWS,
        accounts=clerk.may(Act.ACCOUNTS),
    )


@require_safe
@for_clerks
def template(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The file to fill in, with an example on a sheet of its own."""
    file = form_file(clerk.issuer, accounts=clerk.may(Act.ACCOUNTS))
    return download(file, XLSX, f"{clerk.issuer.code}-shops.xlsx")


@require_safe
@for_clerks
def export(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """All shops as they are, to be changed and sent back; without accounts."""
    return download(known_file(clerk.issuer), XLSX, f"{clerk.issuer.code}-shops-all.xlsx")


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


def _read(clerk: Clerk, typed: dict[str, Any]) -> Import:
    if typed["file"].size > LARGEST:
        return Import(error=too_large())
    return read_shops(
        clerk.issuer,
        typed["file"].read(),
        accounts=clerk.may(Act.ACCOUNTS),
        known=typed["known"] == "change",
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
