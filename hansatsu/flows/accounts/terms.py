"""利用規約: the version that holds, and agreeing to it."""

from hansatsu.flows.accounts.standard_terms import ENGLISH, JAPANESE
from hansatsu.formats.language import in_english
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Agreement, Resident, Terms
from hansatsu.parties.issuers.models import Issuer


def current_terms(issuer: Issuer) -> Terms:
    """The latest version. An issuer that has published none has the standard terms, which become
    its version 1 here."""
    latest = Terms.objects.of(issuer).order_by("-version").first()
    if latest is not None:
        return latest
    first, _made = Terms.objects.of(issuer).get_or_create(
        version=1,
        defaults={
            "issuer": issuer,
            "text": JAPANESE.format(issuer=issuer.name, office=issuer.office_name),
            "text_en": ENGLISH.format(
                issuer=in_english(issuer.name, issuer.name_en),
                office=in_english(issuer.office_name, issuer.office_name_en),
            ),
            "published_at": clock.now(),
        },
    )
    return first


def publish_terms(issuer: Issuer, text: str, text_en: str) -> Terms:
    """Publish a new version. In the texts a line that begins with ``## `` is a heading, and empty
    lines part paragraphs."""
    version = current_terms(issuer).version + 1
    return Terms.objects.create(
        issuer=issuer, version=version, text=text, text_en=text_en, published_at=clock.now()
    )


def agree(resident: Resident, terms: Terms) -> None:
    """Keep that ``resident`` agrees now, in the caller's transaction. Twice is as once."""
    Agreement.objects.get_or_create(
        resident=resident,
        terms=terms,
        defaults={"issuer_id": resident.issuer_id, "at": clock.now()},
    )
