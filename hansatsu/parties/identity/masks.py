"""Personal data as lists show it: enough to tell one from another, too little to take away."""

import re

from hansatsu.parties.identity.fields.contact import shown_phone

HIDDEN = "＊"
ADDRESS = re.compile(r"""[^\s<>()\[\],;:'"]+@[\w.-]+""")


def mask_name(family: str, given: str) -> str:
    """小＊ 花＊: how many characters a name has is hidden too."""
    return " ".join(mask_name_part(part) for part in (family, given) if part)


def mask_name_part(part: str) -> str:
    """小＊; empty for an empty part."""
    return _first(part, HIDDEN) if part else ""


def mask_email(email: str) -> str:
    """h***@example.jp."""
    local, at, domain = email.rpartition("@")
    return f"{_first(local, '***')}{at}{domain}"


def mask_addresses(text: str) -> str:
    """``text`` with every mail address in it masked: mail servers name in their answers whom they
    do not know."""
    return ADDRESS.sub(lambda found: mask_email(found[0]), text)


def mask_phone(phone: str) -> str:
    """***-****-5678; empty without a number."""
    return f"***-****-{shown_phone(phone)[-4:]}" if phone else ""


def mask_word(word: str) -> str:
    """ha***: a login ID, a nickname."""
    return f"{word[:2]}***" if word else ""


def _first(text: str, hidden: str) -> str:
    return text[:1] + hidden
