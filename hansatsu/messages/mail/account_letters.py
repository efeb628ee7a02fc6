"""Mails about accounts: written, saved and queued in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from hansatsu.formats.japan import in_japan
from hansatsu.messages.mail.letters import Fact, Letter, mail_of
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.phrases import phrases
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class _Words:
    stranger: str
    link: str


_JAPANESE = _Words(stranger="お客様", link="手続きのページを開く")
_ENGLISH = _Words(stranger="Hello,", link="Open the page")


def post(
    resident: Resident | None,
    issuer: Issuer,
    kind: str,
    *,
    to: str,
    language: str,
    subject: str,
    opening: str,
    facts: Sequence[tuple[str, str]] = (),
    link: str = "",
    link_label: str = "",
    code: str = "",
    closing: Sequence[str] = (),
    unknown: str = "",
    has_secret: bool = True,
    about: str = "",
    greeting: str = "",
) -> Mail:
    """Write a mail and queue it; the worker sends it when the transaction is committed.

    Args:
        resident: who is greeted by name, or None for an unknown reader at ``to``.
        issuer: from whom it comes.
        kind: of the mail, at most 20 characters.
        to: the mail address.
        language: ``ja`` or ``en``; the other texts are in it already.
        subject: 【issuer】 is put before it.
        opening: the first paragraph.
        facts: labels and values.
        link: an address, alone on its line.
        link_label: on the button of the HTML mail; 手続きのページを開く when empty.
        code: alone on its line.
        closing: paragraphs before the standing ones.
        unknown: what to do who did not expect the mail; when empty: to call the office.
        has_secret: True when a code or link in it opens something, and must not be kept.
        about: what it is about, as ``order:123456789012``.
        greeting: the first line, for who is neither a resident nor unknown.

    Returns the mail as it is kept.
    """
    words = _ENGLISH if language == "en" else _JAPANESE
    standing = phrases(language)
    with translation.override(language):
        issuer_name = issuer.local_name
        office_name, office_hours = issuer.local_office_name, issuer.local_office_hours
    letter = Letter(
        language=language,
        issuer=issuer_name,
        colour=issuer.colour_primary,
        subject=f"【{issuer_name}】{subject}",
        greeting=greeting or (_greeting(resident, language) if resident else words.stranger),
        opening=opening,
        facts=tuple(Fact(label, value) for label, value in facts),
        closing=(*closing, unknown or standing.unknown, standing.no_reply),
        office_name=office_name,
        office=standing.office.format(phone=issuer.office_phone, hours=office_hours),
        code=code,
        link=link,
        link_label=link_label or words.link,
    )
    mail = mail_of(letter, issuer, kind, to=to)
    mail.resident = resident
    mail.has_secret = has_secret and bool(code or link)
    mail.about = about
    mail.save()
    queue_mails([mail.pk])
    return mail


def moment_words(moment: datetime, language: str) -> str:
    """``YYYY/MM/DD HH:MM:SS`` in Japan, as mails tell times."""
    return phrases(language).moment.format(in_japan(moment))


def _greeting(resident: Resident, language: str) -> str:
    words = phrases(language)
    name = words.name.format(family=resident.family_name, given=resident.given_name)
    return words.greeting.format(name=name)
