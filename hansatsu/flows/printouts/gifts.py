"""Gift letters: a page for each code, for the person who gets it."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from hansatsu.flows.printouts.letterhead import (
    day_in_words,
    letterhead,
    moment_in_words,
    value_lines,
)
from hansatsu.flows.printouts.models import PrintFile, PrintKind
from hansatsu.flows.printouts.records import value_facts
from hansatsu.flows.printouts.store import keep
from hansatsu.formats.japan import last_day
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.bearer_code import grouped
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.formats.qr.gift import gift_url
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftBatch
from hansatsu.parties.gifts.services import NewGifts, make_gifts
from hansatsu.parties.issuers.audit import Actor, audit


def print_new_gifts(by: Actor, new: NewGifts, count: int, *, reason: str) -> PrintFile:
    """Make ``count`` gift codes, and the file to print their letters from; on record.

    Raises:
        ValueError: as ``gifts.services.make_gifts``.
    """
    issuer = by.issuer
    with transaction.atomic():
        batch, codes = make_gifts(issuer, new, count)
        pdf = gift_letters(batch, codes)
        file = keep(issuer, PrintKind.GIFTS, pdf, count=count, actor=by.actor)
        facts = value_facts(new.name, new.values, count)
        audit(by, "gifts_printed", f"print_file:{file.pk}", reason=reason, after=facts)
    return file


def gift_letters(batch: GiftBatch, codes: Sequence[str]) -> bytes:
    """The letters of a batch's codes. Their QR codes lead to the wallet's page for them."""
    issuer = batch.issuer
    values = [(each.emoney, each.amount) for each in batch.values.select_related("emoney")]
    last = last_day(batch.takeable_until)
    return typeset(
        "gifts",
        {
            "issuer": letterhead(issuer),
            "values": value_lines(values),
            "expires": _expiry_in_words(Expiry.of(batch)),
            "from": moment_in_words(batch.takeable_from),
            "until": f"{day_in_words(last)}まで" if last else "",
            "gifts": [
                {
                    "code": grouped(code),
                    "qr": qr_picture(gift_url(settings.SITE_URL, issuer.code, code)),
                }
                for code in codes
            ],
        },
    )


def _expiry_in_words(expiry: Expiry) -> str:
    if expiry.on is not None:
        return f"{day_in_words(expiry.on)}まで"
    return f"チャージした日から{expiry.after}か月" if expiry.after else "なし"
