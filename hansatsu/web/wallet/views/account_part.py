"""A page each for 氏名, ニックネーム, 職業, 住所, 電話番号, お知らせメール and 言語."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.changes import change_details
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.resident_fields import PARTS
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.language import PARAMETER
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.account_address import chosen_address, filled, found_addresses
from hansatsu.web.wallet.account_parts import Asked, as_registered, as_typed
from hansatsu.web.wallet.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_part(request: HttpRequest, resident: Resident, part: str) -> HttpResponse:
    """Show the part's form, and keep what was typed when nothing is wrong with it."""
    if part not in PARTS:
        raise Http404("no such part")
    if request.method != "POST":
        return _form(request, resident, part, as_registered(part, resident))
    typed = {name: str(value) for name, value in request.POST.items()}
    if part == "address" and "find" in typed:
        return _find_address(request, resident, typed)
    asked, values = as_typed(part, typed)
    if any(each.error for each in asked):
        return _form(request, resident, part, asked, status=422)
    changed = change_details(resident, part, values, address=address_of(request))
    query = {"changed": part if changed else "nothing"}
    if part == "language":
        query[PARAMETER] = str(values["language"])
    return SeeOther(f"{wallet_url('account', resident.issuer)}?{urlencode(query)}")


def _find_address(request: HttpRequest, resident: Resident, typed: dict[str, str]) -> HttpResponse:
    """住所を検索 without a script: the form again, filled, or with addresses to choose from."""
    found = found_addresses(typed)
    chosen = chosen_address(typed, found)
    asked, _values = as_typed("address", filled(typed, chosen) if chosen else typed)
    # what is still missing is not wrong yet: only what was looked for is spoken of
    asked = [
        each if each.field.name == "postal_code" else Asked(each.field, each.value)
        for each in asked
    ]
    return _form(request, resident, "address", asked, has_looked=True, chosen=chosen, found=found)


def _form(
    request: HttpRequest,
    resident: Resident,
    part: str,
    asked: list[Asked],
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_part",
        status=status,
        part=part,
        title=PARTS[part],
        asked=asked,
        wrong=_wrong(asked),
        **context,
    )


def _wrong(asked: list[Asked]) -> list[tuple[str, str]]:
    """What is wrong, for the summary; a sentence that stands at two fields names each."""
    errors = [each.error for each in asked]
    return [
        (each.id, each.error if errors.count(each.error) == 1 else f"{each.label}: {each.error}")
        for each in asked
        if each.error
    ]
