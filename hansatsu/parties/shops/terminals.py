"""Opening, finding and revoking the tills of shops."""

from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop, Terminal

LONGEST_NAME = 200


def open_terminal(shop: Shop, name: str, kind: str = "page") -> Terminal:
    """Make a terminal of ``shop``.

    Args:
        shop: whose.
        name: for staff to know it by; a browser's is what it calls itself.
        kind: ``page`` (a browser on the shop site) or ``pos`` (a till that uses the API).
    """
    return Terminal.objects.create(
        issuer_id=shop.issuer_id,
        shop=shop,
        name=name.replace("\0", "")[:LONGEST_NAME],
        kind=kind,
        created_at=clock.now(),
    )


def find_terminal(shop: Shop, terminal_id: int) -> Terminal | None:
    """The terminal of ``shop`` with this id, unless it was revoked."""
    return (
        Terminal.objects.select_related("shop", "issuer")
        .filter(pk=terminal_id, shop=shop, revoked_at=None)
        .first()
    )


def revoke_terminal(terminal: Terminal) -> None:
    """Let it take no more payments. Twice is as once."""
    Terminal.objects.filter(pk=terminal.pk, revoked_at=None).update(revoked_at=clock.now())
