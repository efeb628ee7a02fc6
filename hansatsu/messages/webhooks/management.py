"""What a shop's managers do to its webhooks. Each act stands in the audit log."""

import hashlib
from collections.abc import Sequence

from django.db import transaction

from hansatsu.messages.webhooks import services
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.messages.webhooks.services import Opened
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.shops.models import Shop


def add_endpoint(
    by: Actor, shop: Shop, *, key: str, url: str, events: Sequence[str], contact: str
) -> Opened:
    """Have ``url`` told of the shop's events; the arguments and the answer are those of
    ``services.open_endpoint``."""
    with transaction.atomic():
        opened = services.open_endpoint(
            shop, made_by=by.actor, key=key, url=url, events=events, contact=contact
        )
        if opened.outcome == "made" and opened.endpoint is not None:
            after: dict[str, Value] = {"events": list(opened.endpoint.events)}
            audit(by, "webhook_made", opened.endpoint.subject, after=after)
    return opened


def stop_endpoint(by: Actor, endpoint: Endpoint) -> None:
    """Tell it nothing more."""
    with transaction.atomic():
        services.remove_endpoint(endpoint)
        audit(by, "webhook_removed", endpoint.subject)


def resume_endpoint(by: Actor, endpoint: Endpoint) -> None:
    """Tell an endpoint that was disabled again."""
    with transaction.atomic():
        services.enable_endpoint(endpoint)
        audit(by, "webhook_enabled", endpoint.subject)


def secret_mark(endpoint: Endpoint) -> str:
    """What tells the present secret from the next one, and gives nothing of it away."""
    return hashlib.sha256(endpoint.secret.encode()).hexdigest()[:16]


def change_secret(by: Actor, endpoint: Endpoint, mark: str) -> str:
    """A new secret, to be shown this once; empty, and nothing changes, when the secret is not the
    one of ``mark`` any more: a second tap would end the former one, which still signs, at once."""
    with transaction.atomic():
        current = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        if secret_mark(current) != mark:
            return ""
        secret = services.rotate_secret(current)
        audit(by, "webhook_secret_changed", endpoint.subject)
    return secret


def test_endpoint(by: Actor, endpoint: Endpoint) -> None:
    """Send a test to it now."""
    with transaction.atomic():
        services.send_test(endpoint)
        audit(by, "webhook_tested", endpoint.subject)


def send_again(by: Actor, endpoint: Endpoint, number: int) -> bool:
    """Send a delivery again now; False when the endpoint has no such delivery."""
    with transaction.atomic():
        delivery = services.redeliver(endpoint, number)
        if delivery is None:
            return False
        after = {"event": delivery.message.event}
        audit(by, "webhook_redelivered", endpoint.subject, after=after)
    return True
