"""Where shops want to be told, what they are told of, and what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.tenancy.scope import OfIssuer

LONGEST_URL = 500
LONGEST_EXCERPT = 500


class Endpoint(models.Model):
    """An address of a shop's server.

    ``secret`` is sealed (``seals.secrets_box``); after a rotation ``former_secret`` signs too,
    until ``former_until``. ``made_by`` is who made it, as the ledger names actors, and
    ``made_key`` under which idempotency key, with ``made_content`` the digest of what was asked.
    ``contact`` is who is written to when the endpoint is disabled.

    While deliveries fail, ``failures`` counts them since the last success (those that were under
    way together are one), ``failing_since`` is the first one's time and ``failed_at`` the last
    one's, and nothing but what was asked for by hand is sent before ``paused_until``. After days
    of it the endpoint is disabled, and ``told_at`` is when its people were written to.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="webhook_endpoints")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="webhook_endpoints")
    made_by = models.CharField(max_length=60)
    made_key = models.CharField(max_length=255, blank=True)
    made_content = models.BinaryField()
    url = models.CharField(max_length=LONGEST_URL)
    events = ArrayField(models.CharField(max_length=40))
    contact = models.CharField(max_length=254, blank=True)
    secret = models.CharField(max_length=300)
    former_secret = models.CharField(max_length=300, blank=True)
    former_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_because = models.CharField(max_length=20, blank=True)
    told_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["made_by", "made_key"],
                condition=~models.Q(made_key=""),
                name="webhook_endpoint_made_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url} ({self.pk})"

    @property
    def subject(self) -> str:
        """As alarms and the audit log name it."""
        return f"webhook_endpoint:{self.pk}"


class Message(models.Model):
    """One event, told to whichever of the shop's endpoints want it.

    ``webhook_id`` is the same at every repetition. ``entry`` is the number of the ledger's entry
    that it is about, of which there is one message at most; empty for a test. ``body`` is written
    before the first delivery and is then the same for all.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="webhook_messages")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="webhook_messages")
    webhook_id = models.CharField(max_length=40, unique=True)
    event = models.CharField(max_length=40)
    object_id = models.CharField(max_length=60)
    entry = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    body = models.TextField(blank=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=~models.Q(entry=""),
                name="webhook_message_once_per_entry",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="webhook_message_age")]

    def __str__(self) -> str:
        return f"{self.event} {self.object_id}"


class State(models.TextChoices):
    """Where a delivery is. ``failed`` was given up; ``dropped`` lost its endpoint."""

    WAITING = "waiting", "waiting"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"
    DROPPED = "dropped", "dropped"


class Delivery(models.Model):
    """One message to one endpoint.

    It is tried when ``due_at`` has come, and no more after ``give_up_at``. Who tries it holds it
    until ``held_until``: when that process was killed, another one takes it after that.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    by_hand = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    objects: models.Manager["Delivery"] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="webhook_delivery_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=models.Q(state="waiting"),
                name="webhook_delivery_waiting",
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.state} ({self.pk})"


class Attempt(models.Model):
    """One try: the answer's status, or in one word why there was none. ``excerpt`` is the
    beginning of what the server said."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=20, blank=True)
    excerpt = models.CharField(max_length=LONGEST_EXCERPT, blank=True)

    objects: models.Manager["Attempt"] = models.Manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.status or self.error} at {self.at}"
