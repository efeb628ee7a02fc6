"""Counts of failed log-ins, and of other tries that are limited."""

from django.db import models


class Failures(models.Model):
    """Failed tries of one account or from one address, and until when it must wait.

    ``subject`` names what is counted: ``resident:3:hanako``, ``staff:admin``,
    ``address:192.0.2.1``, ``address:2001:db8:1:2::/64``. A known browser's tries on an account are
    counted apart (``…:known:7``). An account is counted whether it exists or not, so that waiting
    tells nothing. ``code:101234567:59000000`` is a pay code that tills have asked about.
    """

    subject = models.CharField(max_length=200, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "failures"

    def __str__(self) -> str:
        return f"{self.subject}: {self.count}"
