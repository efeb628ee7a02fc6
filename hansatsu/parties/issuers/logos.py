"""The issuer's logo: set and removed by its staff, found by everybody."""

import hashlib

from django.db import transaction

from hansatsu.formats.pictures import Picture
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.models import Issuer, Logo
from hansatsu.parties.issuers.names import issuer_name


def find_logo(issuer: Issuer, digest: str) -> bytes | None:
    """The present logo as a PNG, when ``digest`` is its own."""
    if not issuer.logo or digest != issuer.logo:
        return None
    found = Logo.objects.of(issuer).first()
    return None if found is None else bytes(found.png)


def change_logo(by: Actor, picture: Picture | None, *, reason: str) -> bool:
    """Have the seal give way to ``picture``, or come back with None; False when it is so."""
    with transaction.atomic():
        issuer = Issuer.objects.select_for_update(no_key=True).get(pk=by.issuer.pk)
        before = issuer.logo
        if picture is None:
            issuer.logo, issuer.logo_width, issuer.logo_height = "", 0, 0
        else:
            issuer.logo = hashlib.sha256(picture.png).hexdigest()
            issuer.logo_width, issuer.logo_height = picture.width, picture.height
        if issuer.logo == before:
            return False
        if picture is None:
            Logo.objects.of(issuer).delete()
        else:
            Logo.objects.update_or_create(issuer=issuer, defaults={"png": picture.png})
        issuer.save(update_fields=["logo", "logo_width", "logo_height"])
        audit(
            by,
            "issuer_logo",
            issuer_name(issuer.pk),
            reason=reason,
            before={"logo": before or None},
            after={"logo": issuer.logo or None},
        )
    return True
