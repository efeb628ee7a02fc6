"""Telling how long to wait."""

from django.utils.translation import gettext as _

from hansatsu.web.shared.words import about_minutes


def wait_sentence(seconds: int) -> str:
    """That a mail was asked for too often, and when it can be asked for again."""
    return _(
        "続けてお申し込みがあったため、しばらくメールをお送りできません。約%(minutes)d分後にもう一度お試しください。"
    ) % {"minutes": about_minutes(seconds)}
