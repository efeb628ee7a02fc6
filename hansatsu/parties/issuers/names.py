"""How the ledger's requests, the audit log and alarms name whom and what: a kind, and the id or
number.

They are kept for ever and searched for, so a kind's word never changes. A model at hand is asked
itself where it can say (``terminal.actor``, ``order.subject``).
"""


def terminal_name(pk: int) -> str:
    """A till or its software, as who asks."""
    return f"terminal:{pk}"


def resident_name(pk: int) -> str:
    """A resident, as who asks and as whom it is about."""
    return f"resident:{pk}"


def staff_name(pk: int) -> str:
    """A member of staff, as who asks and as whom it is about."""
    return f"staff:{pk}"


def shop_name(pk: int) -> str:
    """A shop, as what it is about and as where it happened."""
    return f"shop:{pk}"


def card_name(pk: int) -> str:
    """A card, as what it is about."""
    return f"card:{pk}"


def issuer_name(pk: int) -> str:
    """An issuer, as what it is about."""
    return f"issuer:{pk}"


def emoney_name(pk: int) -> str:
    """An emoney, as what it is about."""
    return f"emoney:{pk}"


def payment_name(number: str) -> str:
    """A payment or refund by its 決済ID, as what it is about."""
    return f"payment:{number}"


def order_name(number: str) -> str:
    """An order by its お申し込み番号, as what it is about."""
    return f"order:{number}"
