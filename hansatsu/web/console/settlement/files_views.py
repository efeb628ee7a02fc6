"""All statements of a closing as PDF files: ordered, made in sight, and downloaded."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.documents.all_files import files_of, joined, order_files
from hansatsu.flows.settlement.models import Closing, StatementFiles
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.settlement.words import closing_name

ZIP = "application/zip"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def page(request: HttpRequest, clerk: Clerk, closing_id: int) -> HttpResponse:
    """Ask for them; once they were asked for, how far they are made."""
    closing = found(clerk, Closing, closing_id)
    here = console_url("closing_files", closing.pk)
    back = console_url("settlement_closing_change", closing.pk)
    title = _("精算書のPDF(全店)")
    if not closing.statement_count:
        said = _("この締めに精算書はありません。")
        return show(request, "told", title=title, said=said, way_back=back)
    files = files_of(closing)
    if files is not None:
        context: dict[str, Any] = {
            "title": title,
            "closing": closing_name(closing),
            "way_back": back,
        }
        return show(request, "closing_files", **context, **_progress(closing, files))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        order_files(Deed(clerk.actor, form.cleaned_data["reason"]), closing)
        return done(request, _("PDFを作り始めました。"), here)
    count = ngettext("%(count)s通", "%(count)s通", closing.statement_count)
    question = Question(
        title=title,
        form=form,
        submit=_("PDFを作る"),
        back=back,
        lead=_(
            "すべてのお店の精算書をPDFにして、1つのzipファイルにまとめます。この画面を閉じても続きます。"
        ),
        facts=[
            (_("締め"), closing_name(closing)),
            (_("精算書"), count % {"count": f"{closing.statement_count:,}"}),
        ],
    )
    return ask(request, question)


@require_safe
@for_clerks
def live(request: HttpRequest, clerk: Clerk, closing_id: int) -> HttpResponse:
    """How far they are made, for the page that waits."""
    closing = found(clerk, Closing, closing_id)
    files = files_of(closing)
    if files is None:
        raise Http404("nobody has asked for them")
    return show(request, "closing_files_live", **_progress(closing, files))


@require_safe
@for_clerks
def archive(request: HttpRequest, clerk: Clerk, closing_id: int) -> HttpResponse:
    """The zip file."""
    closing = found(clerk, Closing, closing_id)
    files = files_of(closing)
    if files is None or files.finished_at is None:
        raise Http404("they are not made")
    return download(joined(files), ZIP, f"{clerk.issuer.code}-closing-{closing.number:04}.zip")


def _progress(closing: Closing, files: StatementFiles) -> dict[str, Any]:
    return {
        "files": files,
        "percent": 100 * files.done // files.count,
        "live": console_url("closing_files_live", closing.pk),
        "archive": console_url("closing_files_archive", closing.pk),
    }
