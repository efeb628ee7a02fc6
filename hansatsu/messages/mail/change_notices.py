"""Telling residents by mail what changed in their account (product.md, G14)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from hansatsu.messages.mail.account_letters import post
from hansatsu.messages.mail.phrases import phrases
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.wallets.selectors import in_japan


def tell(
    resident: Resident,
    kind: str,
    *,
    subject: str,
    opening: str,
    facts: Sequence[tuple[str, str]] = (),
    to: str = "",
    page: str = "",
    link_label: str = "",
    closing: Sequence[str] = (),
    unknown: str = "",
) -> None:
    """Mail ``resident`` of something that happened now, in the caller's transaction.

    Args:
        resident: who is told, in their language; the texts are in it already.
        kind: of the mail, at most 20 characters.
        subject: without the issuer's name.
        opening: the first paragraph.
        facts: what is listed before the time.
        to: the address, when it is not the one that is registered now.
        page: a page of the issuer's site for the link, as ``recover/``.
        link_label: on the link's button.
        closing: paragraphs before the standing ones.
        unknown: what to do who did not expect the mail.
    """
    moment = phrases(resident.language).moment.format(in_japan(clock.now()))
    post(
        resident,
        resident.issuer,
        kind,
        to=to or resident.email,
        language=resident.language,
        subject=subject,
        opening=opening,
        facts=(*facts, (_("日時"), moment)),
        link=site_page(resident.issuer, page) if page else "",
        link_label=link_label,
        closing=closing,
        unknown=unknown,
    )
