"""Days and times in Japan, in words."""

from datetime import datetime, time

from django.utils.translation import gettext as _

from hansatsu.formats.japan import in_japan, last_day


def moment_words(at: datetime) -> str:
    """To the minute."""
    return f"{in_japan(at):%Y/%m/%d %H:%M}"


def end_words(end: datetime) -> str:
    """The last day, where ``end``, the first moment of not, is a midnight; otherwise that
    moment."""
    if in_japan(end).time() == time():
        return f"{last_day(end):%Y/%m/%d}"
    return moment_words(end)


def until_words(end: datetime | None) -> str:
    """Until when something holds whose first moment of not is ``end``; None is for ever."""
    return _("期限なし") if end is None else _("%(day)sまで") % {"day": end_words(end)}


def period_words(start: datetime | None, end: datetime | None) -> str:
    """From when (now when None) until when; ``end`` as in ``until_words``."""
    begins = _("今から") if start is None else _("%(moment)sから") % {"moment": moment_words(start)}
    return f"{begins} {until_words(end)}"
