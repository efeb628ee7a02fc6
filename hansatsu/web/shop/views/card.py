"""カード残高照会: what a card holds, for its holder at the till (guide, Point: カード型)."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.codes import read_code
from hansatsu.flows.payments.till import value_here
from hansatsu.ledger import api as ledger
from hansatsu.parties.wallets.balance import balance_page
from hansatsu.web.shared.refusals import Refusal
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.refusals import stopped_card, unread
from hansatsu.web.shop.show import show

POLICY = cast("dict[str, list[str]]", settings.SECURE_CSP) | {
    "script-src": [CSP.SELF, CSP.WASM_UNSAFE_EVAL]
}
"""The code reader is WebAssembly."""


@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(POLICY)
@for_staff
def card(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read a card by camera, scanner or hand, and show its lots. It comes by POST, so that its
    code stands in no address."""
    if request.method != "POST":
        return show(request, desk, "card")
    code = identifier(request.POST.get("code", ""))
    if not code:
        return _refuse(request, desk, Refusal("code", _("カードの番号を入力してください。"), ""))
    reading = read_code(desk.terminal, code)
    if reading.payer is None:
        was_typed = "scanned" not in request.POST
        return _refuse(request, desk, unread(reading, was_typed=was_typed))
    here = value_here(desk.terminal, reading.payer)
    if here is None:
        title = _("お客様のスマートフォンの残高は、お店では表示できません。")
        advice = _("お客様ご自身の画面の「残高詳細」でご確認いただいてください。")
        return _refuse(request, desk, Refusal("resident", title, advice))
    wallet = reading.payer.wallet_id
    state = ledger.wallet_state(ledger_connection(), desk.issuer.pk, wallet)
    return show(
        request,
        desk,
        "card",
        hint=reading.payer.hint,
        here=here,
        held=balance_page(desk.issuer, wallet),
        why=None if state == "open" else stopped_card(),
    )


def _refuse(request: HttpRequest, desk: Desk, why: Refusal) -> HttpResponse:
    return show(request, desk, "card", status=422, why=why)
