"""精算書: what was closed and paid, what comes next, and the payments behind each line."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.documents.content import content_of
from hansatsu.flows.settlement.documents.csv import statement_csv
from hansatsu.flows.settlement.documents.pdf import statement_pdf
from hansatsu.flows.settlement.documents.xlsx import statement_xlsx
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.flows.settlement.shop_statements import (
    expected,
    find_line,
    find_statement,
    last_request,
    parts_of_line,
    statements_of,
)
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show
from hansatsu.web.shop.statement_words import draft_rows, standing_words

ROWS = 12
"""Statements on a page: a year of them."""
PAYMENTS = 50
"""Payments on a page."""
FORMS = {
    "pdf": (statement_pdf, "application/pdf"),
    "xlsx": (statement_xlsx, XLSX),
    "csv": (statement_csv, "text/csv; charset=utf-8"),
}


@require_safe
@for_staff
def statements(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is expected next, and the statements, newest first; ``?before=`` goes on below a
    closing."""
    before = request.GET.get("before", "")
    found = statements_of(desk.shop)
    if before.isascii() and before.isdecimal() and len(before) < 10:
        found = found.filter(closing__number__lt=int(before))
    rows = list(found[: ROWS + 1])
    rules, coming = rules_of(desk.issuer), expected(desk.shop)
    asked = last_request(desk.shop) if rules.on_demand else None
    return show(
        request,
        desk,
        "statements",
        rows=[(row, standing_words(row)) for row in rows[:ROWS]],
        older=rows[ROWS - 1].closing.number if len(rows) > ROWS else None,
        is_first=not before,
        expected=coming,
        draft_rows=draft_rows(coming.draft) if coming.draft else (),
        rules=rules,
        asked=asked if asked and asked.state in ("asked", "declined") else None,
    )


@require_safe
@for_staff
def statement(request: HttpRequest, desk: Desk, closing: int) -> HttpResponse:
    """One statement: what is paid, and how it comes about."""
    found = _found(desk, closing)
    return show(
        request,
        desk,
        "statement",
        statement=found,
        content=content_of(found),
        standing=standing_words(found),
    )


@require_safe
@for_staff
def statement_line(request: HttpRequest, desk: Desk, closing: int, line: int) -> HttpResponse:
    """The payments, or refunds, that a line adds up."""
    found = _found(desk, closing)
    about = find_line(found, line)
    if about is None:
        raise Http404("no such line")
    before = identifier(request.GET.get("before", "")) or None
    parts = parts_of_line(found, about, before=before, limit=PAYMENTS + 1)
    content = content_of(found)
    return show(
        request,
        desk,
        "statement_line",
        content=content,
        figure=next(each for each in content.figures if each.line == about.pk),
        parts=parts[:PAYMENTS],
        older=parts[PAYMENTS - 1].number if len(parts) > PAYMENTS else "",
    )


@require_safe
@for_staff
def statement_file(request: HttpRequest, desk: Desk, closing: int) -> HttpResponse:
    """A statement as ``?as=pdf``, ``xlsx`` or ``csv``."""
    found = _found(desk, closing)
    form = request.GET.get("as", "")
    if form not in FORMS:
        raise Http404("no such form")
    make, content_type = FORMS[form]
    response = HttpResponse(make(found), content_type=content_type)
    name = f"{desk.issuer.code}-{found.number}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(desk: Desk, closing: int) -> Any:
    found = find_statement(desk.shop, closing)
    if found is None:
        raise Http404("no such statement of this shop")
    return found
