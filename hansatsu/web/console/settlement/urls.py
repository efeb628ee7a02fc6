"""The addresses of settling."""

from django.urls import URLPattern, path

from hansatsu.flows.settlement.models import Adjustment, Closing, Hold, PayoutRequest, Statement
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.settlement import (
    adjustment_views,
    close_views,
    closing_page,
    debt_views,
    dry_run_views,
    entries_page,
    hold_views,
    home_views,
    request_views,
    statement_page,
)
from hansatsu.web.console.settlement.adjustment_list import AdjustmentAdmin
from hansatsu.web.console.settlement.closing_list import ClosingAdmin
from hansatsu.web.console.settlement.hold_list import HoldAdmin
from hansatsu.web.console.settlement.request_list import PayoutRequestAdmin
from hansatsu.web.console.settlement.statement_list import StatementAdmin

PATHS: list[URLPattern] = [
    path("settlement/", home_views.home, name="settlement"),
    path("settlement/close/", close_views.close, name="closing_close"),
    path("settlement/dry-run/", dry_run_views.page, name="dry_run"),
    path("settlement/dry-run/dry-run.xlsx", dry_run_views.sheet, name="dry_run_sheet"),
    path("closings/<int:closing_id>/closing.xlsx", closing_page.sheet, name="closing_sheet"),
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
]

LISTS: Lists = {
    Closing: ClosingAdmin,
    Statement: StatementAdmin,
    Adjustment: AdjustmentAdmin,
    Hold: HoldAdmin,
    PayoutRequest: PayoutRequestAdmin,
}
