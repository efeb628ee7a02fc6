"""All components in all their states, to be looked at."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.paid_sign import COLOURS as SIGN_COLOURS
from hansatsu.flows.payments.paid_sign import MARKS, Sign
from hansatsu.flows.payments.paid_sign_words import WORDS

SAMPLE_DAY = date(2026, 12, 31)
COLOURS = ("washi", "paper", "sumi", "indigo", "vermilion", "pine")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery."""
    return render(
        request,
        "demo/gallery.html",
        {
            "day": SAMPLE_DAY,
            "colours": COLOURS,
            "signs": [
                Sign(*words, colour, mark)
                for words, colour, mark in zip(WORDS, SIGN_COLOURS, MARKS, strict=False)
            ],
            "steps": [_("お支払情報"), _("お支払確認"), _("決済完了")],
        },
    )
