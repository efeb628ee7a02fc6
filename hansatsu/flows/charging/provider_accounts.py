"""Issuers' accounts at payment providers, and their secrets."""

import json
import secrets as random
from collections.abc import Mapping
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from hansatsu.flows.charging.models import Checkout, ProviderAccount
from hansatsu.flows.charging.psp.base import (
    Account,
    Provider,
    ProviderDownError,
    ProviderRefusedError,
)
from hansatsu.flows.charging.psp.registry import PROVIDERS
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import issuer_name
from hansatsu.parties.seals import secrets_box

LONGEST_SECRET = 300

Chosen = Literal["chosen", "refused", "down", "other_account"]


class MisfitError(ValidationError):
    """Secrets that cannot be right, by their form alone. ``names``: which."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"these are none for an issuer of this mode: {', '.join(names)}")
        self.names = names


def providers_for(issuer: Issuer) -> list[str]:
    """The names of the providers that the issuer may have."""
    return [name for name, kind in PROVIDERS.items() if issuer.mode in kind.modes]


def choose_provider(deed: Deed, provider: str, brought: Mapping[str, str]) -> Chosen:
    """Have the issuer's new orders paid at ``provider``, once it was seen that the secrets serve.
    Those that are ours are drawn; ``brought`` are the others.

    Returns ``refused`` when the provider does not know the secrets, ``down`` when it does not
    answer, ``other_account`` when they are of another account than the one where orders were paid
    before: their money could not be looked for or given back any more. Nothing has changed then.

    Raises:
        ValidationError: as ``open_account``.
    """
    issuer = deed.actor.issuer
    kind = _kind(issuer, provider)
    secrets = {**brought, **{name: random.token_urlsafe(32) for name in kind.own_secrets}}
    _check(kind, issuer, provider, secrets)
    account = kind(Account(issuer.code, issuer.mode, secrets))
    try:
        account.greet()
    except ProviderRefusedError:
        return "refused"
    except ProviderDownError:
        return "down"
    known = _newest_reference(issuer, provider)
    try:
        if known:
            account.look(known)
    except ProviderRefusedError:
        return "other_account"
    except ProviderDownError:
        return "down"
    with transaction.atomic():
        before = active_account(issuer)
        open_account(issuer, provider, secrets)
        deed.record(
            "provider_chosen",
            issuer_name(issuer.pk),
            before={"provider": before.provider if before else None},
            after={"provider": provider},
        )
    return "chosen"


def stop_selling(deed: Deed) -> bool:
    """No new orders can be paid online; those that are open, and refunds, go on. False when that is
    so already."""
    with transaction.atomic():
        issuer = deed.actor.issuer
        active = ProviderAccount.objects.of(issuer).filter(active=True)
        account = active.select_for_update(of=("self",)).first()
        if account is None:
            return False
        account.active = False
        account.save(update_fields=["active"])
        deed.record(
            "provider_stopped",
            issuer_name(issuer.pk),
            before={"provider": account.provider},
            after={"provider": None},
        )
    return True


def open_account(issuer: Issuer, provider: str, secrets: Mapping[str, str]) -> ProviderAccount:
    """Have the issuer's new orders paid at ``provider``; a known account gets new secrets.

    Raises:
        ValidationError: for an unknown provider, one that issuers of this mode may not have, or
            secrets that are not those it needs; ``MisfitError`` for such as cannot be right.
    """
    _check(_kind(issuer, provider), issuer, provider, secrets)
    with transaction.atomic():
        ProviderAccount.objects.of(issuer).exclude(provider=provider).update(active=False)
        account, _ = ProviderAccount.objects.update_or_create(
            issuer=issuer,
            provider=provider,
            defaults={"secrets": secrets_box.seal(json.dumps(dict(secrets))), "active": True},
        )
    return account


def active_account(issuer: Issuer) -> ProviderAccount | None:
    """Where new orders are paid; None when the issuer sells nothing online."""
    return ProviderAccount.objects.of(issuer).filter(active=True).first()


def account_names(issuer: Issuer) -> list[str]:
    """The names of the providers where the issuer has an account, active or not."""
    accounts = ProviderAccount.objects.of(issuer).order_by("pk")
    return list(accounts.values_list("provider", flat=True))


def page_origins(issuer: Issuer) -> list[str]:
    """Where the hosted pages of the issuer's orders live, those begun on earlier accounts too."""
    return [origin for name in account_names(issuer) for origin in _origins(name)]


def _origins(provider: str) -> tuple[str, ...]:
    kind = PROVIDERS.get(provider)
    return kind.origins if kind else ()


def provider_of(account: ProviderAccount) -> Provider:
    """The provider, ready to be asked on this account."""
    secrets = json.loads(secrets_box.unseal(account.secrets))
    issuer = account.issuer
    return PROVIDERS[account.provider](Account(issuer.code, issuer.mode, secrets))


def provider_named(issuer: Issuer, name: str) -> Provider | None:
    """The issuer's provider of this name, active or not; None when it has no such account."""
    account = ProviderAccount.objects.of(issuer).filter(provider=name).first()
    return None if account is None or name not in PROVIDERS else provider_of(account)


def _newest_reference(issuer: Issuer, provider: str) -> str:
    """Of a checkout that was made there; empty when there was none."""
    made = Checkout.objects.of(issuer).filter(provider=provider).exclude(reference="")
    newest = made.order_by("-pk").first()
    return newest.reference if newest else ""


def _kind(issuer: Issuer, provider: str) -> type[Provider]:
    kind = PROVIDERS.get(provider)
    if kind is None:
        raise ValidationError(f"{provider} is not one of {', '.join(sorted(PROVIDERS))}.")
    if issuer.mode not in kind.modes:
        raise ValidationError(f"An issuer of mode {issuer.mode} cannot use {provider}.")
    return kind


def _check(kind: type[Provider], issuer: Issuer, provider: str, secrets: Mapping[str, str]) -> None:
    if set(secrets) != set(kind.secret_names):
        raise ValidationError(f"{provider} needs exactly: {', '.join(kind.secret_names)}.")
    misfits = kind.misfits(issuer.mode, secrets)
    if misfits:
        raise MisfitError(misfits)
