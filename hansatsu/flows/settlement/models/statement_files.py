"""All statements of a closing as files, made by the worker."""

from django.db import models
from django.db.models import F, Q

from hansatsu.flows.settlement.models.closing import Closing
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class StatementFiles(models.Model):
    """The order to make a PDF file of each statement of a closing; ``done`` of them are made. They
    can be ordered again once they are forgotten, and are the same."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    closing = models.OneToOneField(
        Closing, on_delete=models.PROTECT, related_name="statement_files"
    )
    count = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="statement_files_issuer_id"),
            models.CheckConstraint(
                condition=Q(done=F("count"), finished_at__isnull=False)
                | Q(done__lt=F("count"), finished_at=None),
                name="statement_files_done_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.count}"


class StatementFilesPart(models.Model):
    """Some of the files, as a zip file; ``first`` is the place of its first statement."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    files = models.ForeignKey(StatementFiles, on_delete=models.CASCADE, related_name="parts")
    first = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = OfIssuer()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["files", "first"], name="statement_files_part_once"),
        ]

    def __str__(self) -> str:
        return f"from {self.first}"
