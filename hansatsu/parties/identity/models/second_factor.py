"""A second factor of staff: an authenticator app (RFC 6238), and what stands in for it."""

from django.db import models

from hansatsu.parties.identity.models.staff import Staff


class SecondFactor(models.Model):
    """The authenticator of a member of staff. It counts once ``confirmed_at`` is set, when its
    first code was typed. ``sealed_secret`` is of ``seals.secrets_box``, ``last_step`` the newest
    time step of which a code was accepted: each is accepted once."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.TextField()
    last_step = models.BigIntegerField(default=-1)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"of {self.staff_id}"


class RecoveryCode(models.Model):
    """A code on paper that takes the place of the authenticator once. ``digest`` is keyed."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"of {self.factor_id}"


class TrustedBrowser(models.Model):
    """A browser on which a member of staff has shown the second factor. ``terminal`` is the
    till that it is, when it is one: revoking the till ends the trust."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="trusted_browsers")
    token_hash = models.CharField(max_length=64, unique=True)
    terminal = models.IntegerField(null=True, blank=True, db_index=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.staff_id} until {self.until}"
