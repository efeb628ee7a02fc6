"""Mails to a shop: to the address that it has given to the office, in Japanese."""

from collections.abc import Sequence
from typing import Final

from django.utils import translation

from hansatsu.messages.mail.account_letters import post
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.shops.models import Shop

LANGUAGE: Final = "ja"
"""What shops read: no setting asks them yet."""


def post_to_shop(
    shop: Shop,
    to: str,
    kind: str,
    *,
    subject: str,
    opening: str,
    facts: Sequence[tuple[str, str]] = (),
    link: str = "",
    link_label: str = "",
    closing: Sequence[str] = (),
    unknown: str = "",
) -> Mail:
    """Write a mail and queue it, in the caller's transaction; arguments as those of ``post``, whose
    texts are Japanese. The shop stands before what is listed."""
    with translation.override(LANGUAGE):
        return post(
            None,
            shop.issuer,
            kind,
            to=to,
            language=LANGUAGE,
            greeting=f"{shop.name} ご担当者様",
            subject=subject,
            opening=opening,
            facts=[("加盟店", f"{shop.code} {shop.name}"), *facts],
            link=link,
            link_label=link_label,
            closing=closing,
            unknown=unknown,
            has_secret=False,
            about=shop_name(shop.pk),
        )
