"""Browsers on which somebody was wholly logged in."""

from django.db import models

from hansatsu.parties.identity.models.device import Device
from hansatsu.parties.identity.models.staff import Staff


class KnownBrowser(models.Model):
    """A browser that has a token of one account: of the resident of ``device``, or of ``staff``.
    Wrong tries from it are counted apart from strangers' (``identity.known_browsers``).

    A row that is gone makes the browser a stranger's again. ``terminal`` is the till that the
    browser is, when it is one: stopping the till ends that it is known.
    """

    device = models.ForeignKey(
        Device, on_delete=models.CASCADE, related_name="known_browsers", null=True
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.CASCADE, related_name="known_browsers", null=True
    )
    token_hash = models.CharField(max_length=64, unique=True)
    terminal = models.IntegerField(null=True, db_index=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(device__isnull=True) ^ models.Q(staff__isnull=True),
                name="known_browser_of_one_account",
            )
        ]

    def __str__(self) -> str:
        return f"known browser {self.pk}"
