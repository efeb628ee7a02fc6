"""The addresses of settling."""

from django.urls import URLPattern, path

from hansatsu.flows.settlement.models import (
    Adjustment,
    BankLine,
    Closing,
    Hold,
    PayoutRequest,
    PayoutRun,
    Statement,
)
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.settlement import (
    adjustment_views,
    bank_line_views,
    close_views,
    closing_page,
    debt_views,
    dry_run_views,
    entries_page,
    files_views,
    hold_views,
    home_views,
    reconciliation_views,
    request_views,
    run_new,
    run_page,
    run_rows,
    runs,
    statement_page,
)
from hansatsu.web.console.settlement.adjustment_list import AdjustmentAdmin
from hansatsu.web.console.settlement.bank_line_list import BankLineAdmin
from hansatsu.web.console.settlement.closing_list import ClosingAdmin
from hansatsu.web.console.settlement.hold_list import HoldAdmin
from hansatsu.web.console.settlement.request_list import PayoutRequestAdmin
from hansatsu.web.console.settlement.run_list import PayoutRunAdmin
from hansatsu.web.console.settlement.statement_list import StatementAdmin

PATHS: list[URLPattern] = [
    path("settlement/", home_views.home, name="settlement"),
    path("settlement/close/", close_views.close, name="closing_close"),
    path("settlement/dry-run/", dry_run_views.page, name="dry_run"),
    path("settlement/dry-run/dry-run.xlsx", dry_run_views.sheet, name="dry_run_sheet"),
    path("closings/<int:closing_id>/closing.xlsx", closing_page.sheet, name="closing_sheet"),
    path("closings/<int:closing_id>/files/", files_views.page, name="closing_files"),
    path("closings/<int:closing_id>/files/live/", files_views.live, name="closing_files_live"),
    path(
        "closings/<int:closing_id>/files/statements.zip",
        files_views.archive,
        name="closing_files_archive",
    ),
    path("statements/<int:statement_id>/file/", statement_page.file, name="statement_file"),
    path("statements/<int:statement_id>/entries/", entries_page.page, name="statement_entries"),
    path("adjustments/new/", adjustment_views.new, name="adjustment_new"),
    path("adjustments/wrong-shop/", adjustment_views.wrong_shop, name="adjustment_wrong_shop"),
    path(
        "adjustments/<int:adjustment_id>/approve/",
        adjustment_views.approve,
        name="adjustment_approve",
    ),
    path(
        "adjustments/<int:adjustment_id>/decline/",
        adjustment_views.decline,
        name="adjustment_decline",
    ),
    path("debts/", debt_views.debts, name="debts"),
    path("debts/<int:shop_id>/collect/", adjustment_views.collect, name="debt_collect"),
    path("debts/<int:shop_id>/write-off/", adjustment_views.write_off, name="debt_write_off"),
    path("holds/new/", hold_views.new, name="hold_new"),
    path("holds/<int:hold_id>/approve/", hold_views.approve, name="hold_approve"),
    path("holds/<int:hold_id>/decline/", hold_views.decline, name="hold_decline"),
    path("holds/<int:hold_id>/release/", hold_views.release, name="hold_release"),
    path(
        "payout-requests/<int:request_id>/close/", request_views.close, name="payout_request_close"
    ),
    path(
        "payout-requests/<int:request_id>/decline/",
        request_views.decline,
        name="payout_request_decline",
    ),
    path("reconciliation/", reconciliation_views.months, name="reconciliations"),
    path(
        "reconciliation/<int:year>-<int:month_number>/",
        reconciliation_views.page,
        name="reconciliation",
    ),
    path(
        "reconciliation/<int:year>-<int:month_number>/prepare/",
        reconciliation_views.prepare,
        name="reconciliation_prepare",
    ),
    path(
        "reconciliation/<int:reconciliation_id>/sign/",
        reconciliation_views.sign,
        name="reconciliation_sign",
    ),
    path(
        "reconciliation/<int:reconciliation_id>/drop/",
        reconciliation_views.drop,
        name="reconciliation_drop",
    ),
    path(
        "reconciliation/<int:reconciliation_id>/reconciliation.pdf",
        reconciliation_views.pdf,
        name="reconciliation_pdf",
    ),
    path(
        "reconciliation/<int:reconciliation_id>/reconciliation.xlsx",
        reconciliation_views.sheet,
        name="reconciliation_sheet",
    ),
    path("bank-lines/new/", bank_line_views.new, name="bank_line_new"),
    path("bank-lines/import/", bank_line_views.import_file, name="bank_line_import"),
    path("bank-lines/bank-lines.xlsx", bank_line_views.template, name="bank_line_template"),
    path("bank-lines/<int:line_id>/reverse/", bank_line_views.reverse, name="bank_line_reverse"),
    path("runs/new/", run_new.new, name="run_new"),
    path("runs/<int:run_id>/rows/", run_page.rows, name="run_rows"),
    path("runs/<int:run_id>/approve/", runs.approve, name="run_approve"),
    path("runs/<int:run_id>/drop/", runs.drop, name="run_drop"),
    path("runs/<int:run_id>/file/", runs.fetch, name="run_fetch"),
    path("runs/<int:run_id>/paid/", runs.paid, name="run_paid"),
    path("runs/rows/<int:row_id>/fail/", run_rows.fail, name="run_row_fail"),
    path("runs/rows/<int:row_id>/returned/", run_rows.returned, name="run_row_returned"),
    path("runs/rows/<int:row_id>/paid/", run_rows.paid, name="run_row_paid"),
]

LISTS: Lists = {
    Closing: ClosingAdmin,
    Statement: StatementAdmin,
    Adjustment: AdjustmentAdmin,
    Hold: HoldAdmin,
    PayoutRequest: PayoutRequestAdmin,
    BankLine: BankLineAdmin,
    PayoutRun: PayoutRunAdmin,
}
