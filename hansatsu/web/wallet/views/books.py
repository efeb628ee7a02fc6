"""帳簿: whether a statement stands in a closing of the issuer, for who holds its paper."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.proving import Proof, prove, prove_digits
from hansatsu.formats.typed import narrowed
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.typed import LONGEST
from hansatsu.web.shared.words import about_minutes
from hansatsu.web.wallet.access import for_everyone, go
from hansatsu.web.wallet.show import show

STATUS = {"stands": 200, "unknown": 404, "wrong": 422, "too_many": 429}


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def books(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Ask for the digits of a statement; they lead to its proof."""
    if request.method != "POST":
        return show(request, issuer, "books")
    typed = request.POST.get("digits", "")[:LONGEST]
    proof = prove_digits(issuer, narrowed(typed), address=address_of(request))
    if proof.outcome == "stands":
        number = str(proof.closing_number)
        return go("closing_proof", issuer, number=number, leaf=proof.leaf.hex())
    status = STATUS[proof.outcome]
    return show(request, issuer, "books", status=status, typed=typed, error=_said(proof))


@require_safe
@for_everyone
def closing_proof(request: HttpRequest, issuer: Issuer, number: int, leaf: str) -> HttpResponse:
    """Whether the leaf stands in that closing; where the QR code of a statement leads."""
    proof = prove(issuer, number, bytes.fromhex(leaf), address=address_of(request))
    response = show(
        request,
        issuer,
        "closing_proof",
        status=STATUS[proof.outcome],
        proof=proof,
        said=_said(proof),
    )
    add_never_cache_headers(response)
    return response


def _said(proof: Proof) -> str:
    match proof.outcome:
        case "wrong":
            return _("数字が違います。精算書の数字を、30桁すべて入力してください。")
        case "unknown":
            return _("この数字の精算書は、ありません。")
        case "too_many":
            minutes = about_minutes(proof.wait_seconds)
            words = _("続けて違う数字が入力されました。約%(minutes)d分後にもう一度お試しください。")
            return words % {"minutes": minutes}
        case "stands":
            return ""
