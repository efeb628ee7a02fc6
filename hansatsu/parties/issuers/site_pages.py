"""The addresses of an issuer's pages for residents, as mails, papers and providers tell them."""

from django.conf import settings

from hansatsu.parties.issuers.models import Issuer


def site_page(issuer: Issuer, page: str = "") -> str:
    """The whole address of one of the issuer's pages; of its first when ``page`` is empty.

    ``page`` is what stands behind the issuer's code, as ``login/``.
    """
    return f"{settings.SITE_URL}/{issuer.code}/{page}"
