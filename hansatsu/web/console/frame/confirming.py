"""A page between what was typed and what is done: it shows what will come of it.

A form that is right is shown in words and figures first; it is done when it comes back from there,
and shown for typing again, as it was, when that is asked for instead. What came back is looked at
as if it came for the first time: nothing is believed of the page in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.figures import Figure

STEP = "step"
DO, EDIT = "do", "edit"
SURE = "sure"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a page shows before something is done.

    Attributes:
        title: what is to be done.
        form: what was typed.
        submit: the word on the button.
        lead: what will happen, in sentences.
        facts: a name and a value each.
        figures: what it comes to.
        warnings: what is probably a mistake; with any of them a tick is asked for, too.
        cautions: what will not come out as it is meant, such as letters that cannot be printed.
    """

    title: str
    form: forms.Form
    submit: str
    lead: str = ""
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    figures: Sequence[Figure] = field(default_factory=tuple)
    warnings: Sequence[str] = field(default_factory=tuple)
    cautions: Sequence[str] = field(default_factory=tuple)


def is_ready(request: HttpRequest, form: forms.Form) -> bool:
    """True when the form is right, and its sender does not want to go on typing."""
    return form.is_valid() and request.POST.get(STEP) != EDIT


def to_confirm(request: HttpRequest, asked: Confirmation) -> HttpResponse | None:
    """The page, until it was confirmed; then None."""
    is_sent = request.POST.get(STEP) == DO
    is_sure = not asked.warnings or SURE in request.POST
    if is_sent and is_sure:
        return None
    return show(
        request,
        "confirm",
        status=422 if is_sent else 200,
        title=asked.title,
        subtitle=_("内容の確認"),
        asked=asked,
        unsure=is_sent,
    )
