"""Who may do what on the shop site: roles and pages as data, which tests walk.

A page that is missing from ``PAGES`` is a fault, not a public page.
"""

from enum import StrEnum

from hansatsu.parties.identity.models import Role


class Act(StrEnum):
    """What a page does."""

    OPEN = "open"  # for everybody: logging in, and what carries its own proof
    SELL = "sell"  # the till, the shop's QR code
    LOOK = "look"  # payments, sums, cards
    CANCEL = "cancel"  # 取消: refund a payment of the same day
    OWN = "own"  # one's own PIN and password
    PASSKEYS = "passkeys"  # one's own second factor
    REFUND = "refund"  # 返金: refund a payment of any day
    EXPORT = "export"  # files of the books
    STATEMENTS = "statements"
    PAYOUT = "payout"  # ask to be paid before the next closing day
    STAFF = "staff"
    TERMINALS = "terminals"  # terminals and their keys
    WEBHOOKS = "webhooks"
    SETTINGS = "settings"
    AUDIT = "audit"


CASHIER = frozenset({Act.OPEN, Act.SELL, Act.LOOK, Act.CANCEL, Act.OWN})
"""A manager who has come in by PIN may do no more than these, until a second factor is shown."""

MAY: dict[str, frozenset[Act]] = {Role.CASHIER: CASHIER, Role.MANAGER: frozenset(Act)}
"""Of roles that work in a shop; the issuer's staff have nothing to do here."""

PAGES: dict[str, Act] = {
    "login": Act.OPEN,
    "login_code": Act.OPEN,
    "login_passkey": Act.OPEN,
    "login_passkey_answer": Act.OPEN,
    "login_password": Act.OPEN,
    "login_enrol": Act.OPEN,
    "login_finish": Act.OPEN,
    "logout": Act.OPEN,
    "lock": Act.OPEN,
    "pin": Act.OPEN,
    "settle": Act.OPEN,
    "refund_settle": Act.OPEN,
    "till": Act.SELL,
    "ring_up": Act.SELL,
    "confirm": Act.SELL,
    "ask": Act.SELL,
    "asked": Act.SELL,
    "asked_json": Act.SELL,
    "poster": Act.SELL,
    "poster_pdf": Act.SELL,
    "menu": Act.LOOK,
    "prove": Act.OWN,
    "prove_passkey": Act.OWN,
    "prove_passkey_answer": Act.OWN,
    "me": Act.OWN,
    "me_pin": Act.OWN,
    "me_password": Act.OWN,
    "passkeys": Act.PASSKEYS,
    "passkey_add": Act.PASSKEYS,
    "passkey_finish": Act.PASSKEYS,
    "passkey": Act.PASSKEYS,
    "passkey_remove": Act.PASSKEYS,
    "today": Act.LOOK,
    "today_json": Act.LOOK,
    "payments": Act.LOOK,
    "day": Act.LOOK,
    "payment": Act.LOOK,
    "slip": Act.LOOK,
    "card": Act.LOOK,
    "refund": Act.CANCEL,
    "refund_confirm": Act.CANCEL,
    "export": Act.EXPORT,
    "statements": Act.STATEMENTS,
    "statement": Act.STATEMENTS,
    "statement_line": Act.STATEMENTS,
    "statement_file": Act.STATEMENTS,
    "early_payout": Act.PAYOUT,
    "early_payout_withdraw": Act.PAYOUT,
    "staff": Act.STAFF,
    "staff_new": Act.STAFF,
    "staff_member": Act.STAFF,
    "staff_act": Act.STAFF,
    "terminals": Act.TERMINALS,
    "terminal_new": Act.TERMINALS,
    "terminal": Act.TERMINALS,
    "terminal_rename": Act.TERMINALS,
    "terminal_reference": Act.TERMINALS,
    "terminal_stop": Act.TERMINALS,
    "key_new": Act.TERMINALS,
    "key_stop": Act.TERMINALS,
    "webhooks": Act.WEBHOOKS,
    "webhook_new": Act.WEBHOOKS,
    "webhook": Act.WEBHOOKS,
    "webhook_act": Act.WEBHOOKS,
    "webhook_again": Act.WEBHOOKS,
    "contact": Act.SETTINGS,
    "settings": Act.SETTINGS,
    "audit": Act.AUDIT,
}


def may(role: str, act: Act) -> bool:
    """True when the role has the act at all."""
    return act in MAY.get(role, frozenset({Act.OPEN}))


def needs_proof(act: Act) -> bool:
    """True when the second factor must have been shown in this session."""
    return act not in CASHIER
