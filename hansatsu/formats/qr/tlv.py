"""Tag-length-value text of EMVCo codes: two digits of tag, two of length, then the value.

The length counts characters, not bytes (EMVCo QR Code Specification, Merchant-Presented Mode).
"""

from dataclasses import dataclass

LONGEST = 99  # characters; two digits hold no more
HEAD = 4


class MalformedCodeError(ValueError):
    """The text is no well-formed EMVCo code."""


@dataclass(frozen=True, slots=True)
class Field:
    """One data object. ``tag`` is two digits, ``value`` has 1 to 99 characters."""

    tag: str
    value: str


def encode(fields: list[Field]) -> str:
    """The fields one after another.

    Raises:
        MalformedCodeError: a tag is not two digits, or a value is empty or too long.
    """
    for field in fields:
        if not _is_two_digits(field.tag) or not 1 <= len(field.value) <= LONGEST:
            raise MalformedCodeError(f"field {field.tag!r} cannot be written")
    return "".join(f"{field.tag}{len(field.value):02d}{field.value}" for field in fields)


def decode(text: str) -> list[Field]:
    """The fields of ``text``, in its order.

    Raises:
        MalformedCodeError: when it does not end where its last field ends.
    """
    fields: list[Field] = []
    place = 0
    while place < len(text):
        tag, length = text[place : place + 2], text[place + 2 : place + HEAD]
        if not _is_two_digits(tag) or not _is_two_digits(length):
            raise MalformedCodeError(f"no tag and length at character {place}")
        value = text[place + HEAD : place + HEAD + int(length)]
        if len(value) != int(length) or not value:
            raise MalformedCodeError(f"field {tag} is cut off or empty")
        fields.append(Field(tag, value))
        place += HEAD + len(value)
    return fields


def _is_two_digits(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdecimal()
