"""Files that are handed out once: wiped when their taker says that they are saved."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansatsu.flows.printouts import handing_out, store
from hansatsu.flows.printouts.models import PrintFile
from hansatsu.parties.cards.models import Card
from hansatsu.parties.issuers.names import card_name
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.frame.asking import done

SAVED = "saved"
"""What a form says when its sender has the file."""


HOURS_KEPT: Final = store.KEPT_FOR // timedelta(hours=1)
"""How long it can be fetched again, as pages tell."""


def card_file_saved(
    request: HttpRequest, clerk: Clerk, card: Card, file: PrintFile | None, back: str
) -> HttpResponse:
    """Wipe the file of a reissued card, if it is still there."""
    return wipe_files(request, clerk, [file.pk] if file else [], card_name(card.pk), back)


def wipe_files(
    request: HttpRequest, clerk: Clerk, numbers: list[int], subject: str, back: str
) -> HttpResponse:
    """Wipe the files of these numbers for their taker, on record under ``subject``, and go
    ``back`` with what came of it."""
    wiped = handing_out.saved(clerk.actor, numbers, subject)
    if wiped:
        said = ngettext(
            "%(count)d個のファイルをサーバーから消しました。",
            "%(count)d個のファイルをサーバーから消しました。",
            wiped,
        ) % {"count": wiped}
    elif store.is_gone_for(numbers, clerk.staff.actor):
        said = _("すでにサーバーから消えています。")
    else:
        said = _("あなたはまだダウンロードしていません。何も消していません。")
    return done(request, said, back)
