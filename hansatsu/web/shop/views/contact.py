"""連絡先と口座: whom the office writes to, and where the shop is paid; for its managers."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hansatsu.parties.identity.fields.contact import clean_email
from hansatsu.parties.shops.account_versions import entered, to_pay, words_of
from hansatsu.parties.shops.contacts import set_contact
from hansatsu.parties.shops.models import AccountState
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def contact(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The address, to be changed; the accounts, masked: the office enters them."""
    shop, email, error = desk.shop, desk.shop.contact_email, ""
    if request.method == "POST":
        cleaned = clean_email(request.POST.get("contact_email", ""))
        email, error = cleaned.value, cleaned.error if cleaned.value else ""
        if not error:
            set_contact(desk.actor, shop, email)
            return SeeOther(shop_url("contact") + "?done=1")
    in_force = to_pay(desk.issuer, [shop.pk]).get(shop.pk)
    last = entered(desk.issuer, [shop.pk]).get(shop.pk)
    waits = last if last and last.state == AccountState.WAITING else None
    return show(
        request,
        desk,
        "contact",
        status=422 if error else 200,
        email=email,
        error=error,
        done="done" in request.GET,
        account=words_of(in_force) if in_force else "",
        waiting=words_of(waits) if waits else "",
        office_phone=desk.issuer.office_phone,
    )
