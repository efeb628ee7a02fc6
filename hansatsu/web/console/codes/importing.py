"""購入コードをファイルから登録: codes that another system has made."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.printouts.code_importing import HEADINGS, CodeImport, import_codes
from hansatsu.formats.sheets.reading import LARGEST, ROWS, too_large
from hansatsu.formats.sheets.writing import XLSX, workbook
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, done, show
from hansatsu.web.console.frame.files import SHOWN, download
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.programs.forms import offer_sales
from hansatsu.web.shared.words import grouped

LIST = "programs_purchasecode_changelist"


class CodeImportForm(OnceForm):
    """The sale, and the file."""

    sale = fields.choice(gettext_lazy("販売"))
    file = fields.file(gettext_lazy("ファイル"), ".xlsx,.csv")
    only_check = fields.tick(
        gettext_lazy("確認だけ"), help_text=gettext_lazy("何も登録せず、誤りがないかを調べます。")
    )
    field_order = ["sale", "file", "only_check", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.sales = offer_sales(self, issuer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def import_file(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Take all codes of a file, or none."""
    title = _("購入コードをファイルから登録")
    missing = needed(request, clerk, "code_import", title, console_url(LIST))
    if missing is not None:
        return missing
    form = CodeImportForm(clerk.issuer, request.POST or None, request.FILES or None)
    result: CodeImport | None = None
    if form.is_valid():
        result = _import(clerk, form)
        if result.making is not None:
            said = _("%(count)s枚の購入コードを登録しました。")
            said %= {"count": grouped(result.count)}
            return done(request, said, console_url("printouts_making_change", result.making.pk))
    return show(
        request,
        "code_import",
        status=422 if form.is_bound and (result is None or result.refused) else 200,
        title=title,
        question=Question(
            title="",
            form=form,
            submit=_("登録する"),
            back=console_url(LIST),
            lead=_(
                "ほかで作った購入コードを使えるようにします。1行でも誤りがあれば、1枚も登録しません。"
            ),
        ),
        form_file=console_url("code_template"),
        result=result,
        faults=[str(each) for each in result.faults[:SHOWN]] if result else [],
        more=max(0, len(result.faults) - SHOWN) if result else 0,
        most=ROWS,
    )


@require_safe
@for_clerks
def template(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The file to fill in: headings alone, for an example would be a code that works."""
    file = workbook("購入コード", list(HEADINGS.values()), [], [36, 8, 14, 14, 40])
    return download(file, XLSX, f"{clerk.issuer.code}-codes.xlsx")


def _import(clerk: Clerk, form: CodeImportForm) -> CodeImport:
    typed = form.cleaned_data
    if typed["file"].size > LARGEST:
        return CodeImport(error=too_large())
    return import_codes(
        clerk.actor,
        form.sales[typed["sale"]],
        typed["file"].read(),
        reason=typed["reason"],
        key=form.own_key(),
        only_check=typed["only_check"],
    )
