"""The manager of everything that belongs to one issuer."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from hansatsu.parties.issuers.models import Issuer


class OfIssuer[Model: models.Model](models.Manager[Model]):
    """A manager that is asked for one issuer's rows: ``Shop.objects.of(issuer)``.

    Pages start from here, so a row of another issuer is simply not found.
    """

    def of(self, issuer: "Issuer") -> models.QuerySet[Model]:
        """The rows of ``issuer``, and no others."""
        return self.get_queryset().filter(issuer=issuer)
