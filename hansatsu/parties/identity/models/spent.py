"""What works once, and has."""

from django.db import models


class Spent(models.Model):
    """The digest of a challenge that was answered; the same answer is refused from then on.

    After ``until`` the challenge is too old anyway, and the row may go.
    """

    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "spent"
        indexes = [models.Index(fields=["until"], name="spent_until")]

    def __str__(self) -> str:
        return self.digest[:8]
