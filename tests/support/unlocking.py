"""A phone whose lock always opens: chromium's virtual authenticator."""

from playwright.sync_api import CDPSession, Page

from hansatsu.parties.identity.passkeys import Owner
from tests.support.passkeys import Key


def authenticator(page: Page) -> CDPSession:
    """Give the page's browser an authenticator that makes and shows passkeys by itself."""
    return _with_authenticator(page)[0]


def keep(page: Page, key: Key, owner: Owner) -> None:
    """Give it one that holds ``key``, made by ``owner`` before."""
    tools, authenticator_id = _with_authenticator(page)
    credential = key.for_chromium(owner)
    tools.send(
        "WebAuthn.addCredential",
        {"authenticatorId": authenticator_id, "credential": credential},
    )


def _with_authenticator(page: Page) -> tuple[CDPSession, str]:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools, str(made["authenticatorId"])
