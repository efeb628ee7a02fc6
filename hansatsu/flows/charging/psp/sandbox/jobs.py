"""What the sandbox does in the worker."""

import json

from hansatsu.flows.charging.models import ProviderAccount
from hansatsu.flows.charging.psp.sandbox import sending
from hansatsu.parties.seals import secrets_box


def send_webhook(account: str, body: str) -> None:
    """Sign a webhook with the secret of the issuer's account, and send it; nothing when the
    account is gone.

    Raises:
        NotTakenError: when it did not arrive.
    """
    found = ProviderAccount.objects.filter(issuer__code=account, provider="sandbox").first()
    if found is not None:
        secrets = json.loads(secrets_box.unseal(found.secrets))
        sending.send(account, body, secrets["webhook_secret"])
