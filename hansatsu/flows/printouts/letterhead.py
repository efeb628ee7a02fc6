"""What stands on every paper of an issuer."""

from datetime import date, datetime
from typing import Any

from hansatsu.formats.japan import in_japan
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.programs.models import Emoney

WEEKDAYS = "月火水木金土日"


def letterhead(issuer: Issuer) -> dict[str, Any]:
    """Name, seal, colours, office and addresses of the issuer, for a template."""
    return {
        "name": issuer.name,
        "name_en": issuer.name_en,
        "seal": issuer.seal,
        "primary": issuer.colour_primary,
        "accent": issuer.colour_accent,
        "office": issuer.office_name,
        "phone": issuer.office_phone,
        "hours": issuer.office_hours,
        "site": site_page(issuer),
        "takes_cards": issuer.cards_may_be_taken,
    }


def value_lines(values: list[tuple[Emoney, int]]) -> list[dict[str, Any]]:
    """Yen of each emoney, for a template."""
    return [{"emoney": emoney.name, "amount": amount} for emoney, amount in values]


def day_in_words(day: date) -> str:
    """2027年3月31日(水)."""
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def moment_in_words(moment: datetime) -> str:
    """2027年3月31日(水) 10:00, in Japan."""
    at = in_japan(moment)
    return f"{day_in_words(at.date())} {at:%H:%M}"
