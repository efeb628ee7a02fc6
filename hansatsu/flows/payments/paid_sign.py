"""The sign (合図) on a paid screen that a screenshot cannot fake (B8): a word, a colour and a mark
that change with the shop and the minute. The resident's page and the shop's show the same."""

import struct
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from hansatsu.flows.payments.paid_sign_words import WORDS
from hansatsu.formats.language import in_language

COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "brown")
"""Names of CSS classes, ``sign--red``. Never alone: the mark and the word say the same."""

MARKS = ("●", "▲", "■", "◆", "★", "♥", "☂", "♪")
SECONDS = 60
FIELDS = struct.Struct(">QQ")


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands on both screens: ``word`` to read aloud, ``colour`` a name of ``COLOURS``,
    ``mark`` a simple symbol."""

    word: str
    word_en: str
    colour: str
    mark: str

    @property
    def local_word(self) -> str:
        """The word in the active language."""
        return in_language(self.word, self.word_en)


def sign_of(shop_id: int, moment: datetime) -> Sign:
    """The sign of a shop in the minute of ``moment``; only we can tell it in advance."""
    fields = FIELDS.pack(shop_id, int(moment.timestamp()) // SECONDS)
    drawn = salted_hmac("hansatsu.payments.sign", fields, algorithm="sha256").digest()
    word, word_en = WORDS[int.from_bytes(drawn[:4]) % len(WORDS)]
    return Sign(
        word=word,
        word_en=word_en,
        colour=COLOURS[drawn[4] % len(COLOURS)],
        mark=MARKS[drawn[5] % len(MARKS)],
    )
