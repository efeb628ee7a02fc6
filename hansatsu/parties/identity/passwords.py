"""Checking a password so that neither words nor time tell whether the account exists."""

from django.contrib.auth.hashers import check_password, make_password


def password_fits(password: str, hashed: str | None) -> bool:
    """True when ``password`` is the one that was hashed. With no hash (an unknown account) as much
    work is done, and the answer is no."""
    if hashed is None:
        make_password(password)
        return False
    return check_password(password, hashed)
