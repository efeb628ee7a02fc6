"""What a shop's managers do to its terminals and their keys. Each act stands in the audit log."""

from collections.abc import Iterable

from django.db import transaction

from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.shops.api_keys import make_api_key, revoke_api_key
from hansatsu.parties.shops.models import ApiKey, Shop, Terminal
from hansatsu.parties.shops.terminals import LONGEST_NAME, open_terminal, revoke_terminal


def list_terminals(shop: Shop) -> list[Terminal]:
    """The shop's terminals, revoked ones last, the newest first."""
    terminals = Terminal.objects.of(shop.issuer).filter(shop=shop).order_by("-pk")
    return sorted(terminals, key=lambda each: each.revoked_at is not None)


def find_own_terminal(shop: Shop, terminal_id: int) -> Terminal | None:
    """The terminal of *this* shop with this id, revoked or not."""
    terminals = Terminal.objects.of(shop.issuer).select_related("shop", "issuer")
    return terminals.filter(shop=shop, pk=terminal_id).first()


def rename_terminal(by: Actor, terminal: Terminal, name: str) -> None:
    """Call the terminal otherwise."""
    with transaction.atomic():
        before, terminal.name = terminal.name, name[:LONGEST_NAME]
        terminal.save(update_fields=["name"])
        after = {"name": terminal.name}
        audit(by, "terminal_renamed", terminal.actor, before={"name": before}, after=after)


def configure_terminal(by: Actor, terminal: Terminal, *, sound: bool, large_type: bool) -> None:
    """Say how a browser sounds and looks."""
    with transaction.atomic():
        before = {"sound": terminal.sound, "large_type": terminal.large_type}
        terminal.sound, terminal.large_type = sound, large_type
        terminal.save(update_fields=["sound", "large_type"])
        after = {"sound": sound, "large_type": large_type}
        audit(by, "terminal_settings", terminal.actor, before=before, after=after)


def set_reference_once(by: Actor, terminal: Terminal, *, once: bool) -> None:
    """Say whether a till of the API takes no second payment of a wallet with the same amount and
    reference (ADR 0110)."""
    with transaction.atomic():
        before = {"reference_once": terminal.reference_once}
        terminal.reference_once = once
        terminal.save(update_fields=["reference_once"])
        after = {"reference_once": once}
        audit(by, "terminal_reference_once", terminal.actor, before=before, after=after)


def stop_terminal(by: Actor, terminal: Terminal, *, reason: str = "") -> None:
    """Let the terminal and its keys do nothing any more: a lost tablet, a till sent back."""
    with transaction.atomic():
        keys = list(ApiKey.objects.filter(terminal=terminal, revoked_at=None))
        for key in keys:
            revoke_api_key(key)
        revoke_terminal(terminal)
        after = {"keys": [key.prefix for key in keys]}
        audit(by, "terminal_revoked", terminal.actor, reason=reason, after=after)


def add_pos_terminal(by: Actor, shop: Shop, name: str) -> Terminal:
    """Make a terminal for a till that uses the API."""
    with transaction.atomic():
        terminal = open_terminal(shop, name, kind="pos")
        audit(by, "terminal_added", terminal.actor, after={"name": terminal.name})
    return terminal


def keys_mark(terminal: Terminal) -> str:
    """What the terminal's keys are at this moment, for ``add_key``."""
    return str(ApiKey.objects.filter(terminal=terminal).count())


def add_key(by: Actor, terminal: Terminal, scopes: Iterable[str], mark: str) -> str:
    """Make a key of the terminal; it is known here and now only. Empty, and nothing changes, when
    the terminal was stopped, or its keys are not those of ``mark`` any more: a form that was sent
    twice would make a key that nobody has seen.

    Raises:
        ValueError: when a scope is unknown or none is there.
    """
    with transaction.atomic():
        current = Terminal.objects.select_for_update(no_key=True).get(pk=terminal.pk)
        if current.revoked_at is not None or keys_mark(current) != mark:
            return ""
        secret, key = make_api_key(terminal, scopes)
        after: dict[str, Value] = {"key": key.prefix, "scopes": list(key.scopes)}
        audit(by, "key_made", terminal.actor, after=after)
    return secret


def stop_key(by: Actor, key: ApiKey) -> None:
    """Have the API refuse the key."""
    with transaction.atomic():
        revoke_api_key(key)
        audit(by, "key_revoked", key.terminal.actor, before={"key": key.prefix})
