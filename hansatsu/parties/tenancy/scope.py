"""The manager of everything that belongs to one issuer."""

from django.db import models


class OfIssuer[Model: models.Model](models.Manager[Model]):
    """A manager that is asked for one issuer's rows: ``Shop.objects.of(issuer)``.

    Pages start from here, so a row of another issuer is simply not found.
    """

    def of(self, issuer: models.Model) -> models.QuerySet[Model]:
        """The rows of ``issuer`` (an ``Issuer``, which itself stands above this room), and no
        others."""
        return self.get_queryset().filter(issuer=issuer)
