"""Files of codes and cards: fetched by one person, one by one or all together, until they say that
they have them."""

from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.printouts import handing_out, store
from hansatsu.flows.printouts.batches import subject_of
from hansatsu.flows.printouts.models import FileForm, Making, PrintFile, PrintKind
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.parties.staff.accounts import name_of_actor
from hansatsu.web.console.codes.words import kind_words
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.handed_files import HOURS_KEPT, SAVED, wipe_files
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.console.frame.lists import found
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.time_words import moment_words

LIST = "printouts_making_changelist"
PAGE = "printouts_making_change"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def one(request: HttpRequest, clerk: Clerk, file_id: int) -> HttpResponse:
    """Hand a file out."""
    files = PrintFile.objects.of(clerk.issuer).defer("sealed")  # megabytes, read to hand it out
    file = files.filter(pk=file_id).first()
    if file is None:
        raise Http404("not this issuer's")
    if request.method == "POST":
        if SAVED in request.POST:
            return wipe_files(request, clerk, [file.pk], f"print_file:{file.pk}", request.path)
        handed = handing_out.hand_out(clerk.actor, file.pk)
        if handed is not None:
            taken, content = handed
            kind = XLSX if taken.form == FileForm.XLSX else "application/pdf"
            return download(content, kind, handing_out.name_of(taken))
        return SeeOther(request.path)
    facts = [
        (_("ファイル"), f"{kind_words(file.kind)} {file.get_form_display()} {_span(file)}"),
        (_("枚数"), f"{file.count:,}"),
    ]
    way_back = console_url(PAGE, file.making_id) if file.making_id else console_url(LIST)
    return _page(request, clerk, [file], facts, way_back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def together(request: HttpRequest, clerk: Clerk, making_id: int) -> HttpResponse:
    """Hand all files of a making out as one zip file."""
    making = found(clerk, Making, making_id)
    if request.method == "POST":
        if SAVED in request.POST:
            numbers = list(making.files.values_list("pk", flat=True))
            return wipe_files(request, clerk, numbers, subject_of(making), request.path)
        handed = handing_out.hand_out_all(clerk.actor, making)
        if handed:
            return _zip_file(clerk, making, handed)
        return SeeOther(request.path)
    files = list(making.files.defer("sealed").order_by("first", "form"))
    facts = [
        (_("名前"), making.name),
        (_("種類"), kind_words(making.kind)),
        (_("ファイル"), _("%(n)d個") % {"n": len(_gettable(clerk, files))}),
    ]
    return _page(request, clerk, files, facts, console_url(PAGE, making.pk), is_zip=True)


def _page(
    request: HttpRequest,
    clerk: Clerk,
    files: list[PrintFile],
    facts: list[tuple[str, str]],
    way_back: str,
    *,
    is_zip: bool = False,
) -> HttpResponse:
    mine = clerk.staff.actor
    gettable = _gettable(clerk, files)
    fetched = [each for each in files if each.pk in gettable and each.downloaded_by == mine]
    last = _latest(fetched)
    taken = _latest(files)
    takers = {each.downloaded_by for each in files if each.downloaded_by}
    return show(
        request,
        "print_file",
        title=_("ファイルを受け取る"),
        facts=facts,
        is_zip=is_zip,
        can_get=bool(gettable),
        is_own_card=any(store.is_own_card(each, mine) for each in files),
        fetched_at=moment_words(last) if last else "",
        kept_until=moment_words(last + store.KEPT_FOR) if last else "",
        hours=HOURS_KEPT,
        is_gone=not store.are_kept([each.pk for each in files]),
        taken_at=moment_words(taken) if taken else "",
        takers=listed(sorted(name_of_actor(clerk.issuer, taker) for taker in takers)),
        when_lost=_when_lost(files),
        way_back=way_back,
    )


def _when_lost(files: list[PrintFile]) -> str:
    if all(each.kind == PrintKind.SHOPS for each in files):
        return _(
            "なくしたときは、案内状を作り直してください。前の初期パスワードは使えなくなります。"
        )
    return _("なくしたときは、未使用のコードを無効にして、作り直してください。")


def _latest(files: list[PrintFile]) -> datetime | None:
    return max((each.downloaded_at for each in files if each.downloaded_at), default=None)


def _gettable(clerk: Clerk, files: list[PrintFile]) -> set[int]:
    """Of these, what this clerk may get; what is in them is not read."""
    return store.gettable([each.pk for each in files], clerk.staff.actor)


def _zip_file(clerk: Clerk, making: Making, numbers: list[int]) -> HttpResponse:
    name = f"{clerk.issuer.code}-{making.kind}-{making.pk}.zip"
    sent = StreamingHttpResponse(
        handing_out.zipped(numbers),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return cast(HttpResponse, sent)  # of what both have, the doors on the way need no more


def _span(file: PrintFile) -> str:
    return f"{file.first}–{file.last}"
