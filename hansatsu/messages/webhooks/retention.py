"""What need not be kept: messages that are old and over, with their deliveries and attempts."""

from datetime import timedelta

from hansatsu.messages.webhooks.models import Delivery, Message, State
from hansatsu.parties import clock

KEPT_FOR = timedelta(days=30)
AT_A_TIME = 5_000


def forget_old_messages() -> int:
    """Delete what is older than ``KEPT_FOR`` and waits for nothing; returns how many messages."""
    before = clock.now() - KEPT_FOR
    over = Message.objects.filter(at__lt=before).exclude(
        pk__in=Delivery.objects.filter(state=State.WAITING).values("message_id")
    )
    ids = list(over.values_list("pk", flat=True)[:AT_A_TIME])
    Message.objects.filter(pk__in=ids).delete()
    return len(ids)
