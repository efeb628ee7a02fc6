"""The mails that the running site has sent, as the demo's inbox shows them."""

import json
import urllib.request
from urllib.parse import quote

from tests.support.sites import Site


def mails_to(site: Site, address: str) -> list[dict[str, str]]:
    """All mails to ``address``, newest first."""
    inbox = f"{site.url}/inbox.json?to={quote(address)}"
    with urllib.request.urlopen(inbox) as answer:  # noqa: S310 - our own site
        mails: list[dict[str, str]] = json.load(answer)
    return mails


def mails_of_payments(site: Site, address: str) -> list[dict[str, str]]:
    """決済完了のお知らせ to ``address``, newest first."""
    return [mail for mail in mails_to(site, address) if "決済完了のお知らせ" in mail["subject"]]
