"""ご登録データの書き出し: everything that is kept of the resident, as a file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.export import export_data
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.wallets.selectors import in_japan
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.account_words import password_error
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_data(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Ask for the password, then send the file."""
    if request.method != "POST":
        return show(request, resident.issuer, "account_data", resident=resident)
    if error := password_error(request, resident):
        return show(
            request, resident.issuer, "account_data", status=422, resident=resident, error=error
        )
    response = HttpResponse(
        export_data(resident, address=address_of(request)),
        content_type="application/json; charset=utf-8",
    )
    day = in_japan(clock.now())
    name = f"{resident.issuer.code}-{day:%Y%m%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
