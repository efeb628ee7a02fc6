"""Issuers' accounts at payment providers, and their secrets."""

import json
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from hansatsu.charging.models import ProviderAccount
from hansatsu.charging.psp.base import Account, Provider
from hansatsu.charging.psp.registry import PROVIDERS
from hansatsu.issuers import secrets_box
from hansatsu.issuers.models import Issuer


def open_account(issuer: Issuer, provider: str, secrets: Mapping[str, str]) -> ProviderAccount:
    """Have the issuer's new orders paid at ``provider``; a known account gets new secrets.

    Raises:
        ValidationError: for an unknown provider, one that issuers of this mode may not have, or
            secrets that are not those it needs.
    """
    kind = PROVIDERS.get(provider)
    if kind is None:
        raise ValidationError(f"{provider} is not one of {', '.join(sorted(PROVIDERS))}.")
    if issuer.mode not in kind.modes:
        raise ValidationError(f"An issuer of mode {issuer.mode} cannot use {provider}.")
    if set(secrets) != set(kind.secret_names):
        raise ValidationError(f"{provider} needs exactly: {', '.join(kind.secret_names)}.")
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


def provider_of(account: ProviderAccount) -> Provider:
    """The provider, ready to be asked on this account."""
    secrets = json.loads(secrets_box.unseal(account.secrets))
    issuer = account.issuer
    return PROVIDERS[account.provider](Account(issuer.code, issuer.mode, secrets))


def provider_named(issuer: Issuer, name: str) -> Provider | None:
    """The issuer's provider of this name, active or not; None when it has no such account."""
    account = ProviderAccount.objects.of(issuer).filter(provider=name).first()
    return None if account is None or name not in PROVIDERS else provider_of(account)
