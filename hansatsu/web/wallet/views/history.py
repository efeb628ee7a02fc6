"""ご利用履歴 (guide, D)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.selectors import Show, history_page
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.history_rows import drawn_rows
from hansatsu.web.wallet.show import show_framed

PAGE = 20  # rows
LARGEST_NUMBER = 9_999_999_999


@require_safe
@for_residents
def history(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Numbered rows, newest first, that open to show what came from which lot."""
    here = wallet_url("history", resident.issuer)
    filters = _filters()
    wanted = request.GET.get("show")
    chosen: Show = next((key for key, _name in filters if key == wanted), "all")
    before, first = _number(request, "before"), _number(request, "from") or 1
    page = history_page(resident.issuer, resident.wallet_id, show=chosen, before=before, limit=PAGE)
    older = page.next_before and _address(
        here, {"show": chosen, "before": page.next_before, "from": first + len(page.rows)}
    )
    return show_framed(
        request,
        resident.issuer,
        "history",
        {"has_rows": bool(page.rows)},
        filters=[(name, _address(here, {"show": key}), key == chosen) for key, name in filters],
        is_first=before is None,
        rows=drawn_rows(resident.issuer, page.rows, first),
        newest=_address(here, {"show": chosen}),
        older=older,
    )


def _filters() -> list[tuple[Show, str]]:
    return [
        ("all", _("すべて")),
        ("payments", _("お支払い・返金")),
        ("charges", _("チャージ")),
        ("expiries", _("有効期限切れ")),
    ]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))
    return int(text) if is_number else None


def _address(here: str, query: dict[str, object]) -> str:
    return f"{here}?{urlencode(query)}"
