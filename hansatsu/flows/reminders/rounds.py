"""A day's round of reminders: through all that dies within thirty days, a part at a time.

Each part is a transaction: what was told, the mails and how far the round has come. A worker that
is killed leaves whole parts; another goes on, or the next day's round finds what is left, at the
stage that applies by then.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.reminders.claiming import Wanted, claim
from hansatsu.flows.reminders.letters import reminder
from hansatsu.flows.reminders.models import Round
from hansatsu.flows.reminders.places import Places
from hansatsu.flows.reminders.stages import LONGEST, is_daytime, stage_of
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.messages.relay.relay import NOWHERE
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.system.awake import Awake

PART: Final = 1_000
"""Places where value dies that are looked at in one transaction."""


def remind(awake: Awake | None = None, part: int = PART) -> int:
    """Write the reminders of today that are not written yet; returns how many mails. Nothing at
    night, and nothing while the clock has jumped ahead of what a machine has counted (``awake``):
    what it calls tomorrow may be months away."""
    mails = 0
    while (made := _part(awake, part)) is not None:
        mails += made
    return mails


def _part(awake: Awake | None, part: int) -> int | None:
    """The next part of today's round; how many mails it made, None when nothing is left to do."""
    now = clock.now()
    today = in_japan(now).date()
    if not is_daytime(now) or Round.objects.filter(day=today, finished_at__isnull=False).exists():
        return None
    # what died is booked first: the sweep also knows whether the clock can be believed
    if ledger.expire_due(ledger_connection(), awake=awake) is None:
        return None
    Round.objects.get_or_create(day=today)
    with transaction.atomic():
        row = _locked(today)
        return None if row is None else _go_on(row, now, part)


def _locked(today: date) -> Round | None:
    """The round, for one worker at a time; None when another is at it, or it is through."""
    rows = Round.objects.select_for_update(skip_locked=True)
    return rows.filter(day=today, finished_at=None).first()


def _go_on(row: Round, now: datetime, part: int) -> int:
    until = start_of(row.day + timedelta(days=LONGEST + 1))
    after = (now, 0) if row.expires_at is None else (row.expires_at, row.wallet_id or 0)
    places = ledger.dying_places(ledger_connection(), after, until, part)
    if places:
        row.expires_at, row.wallet_id = places[-1]
    if len(places) < part:
        row.finished_at = now
    mails = _tell({wallet for _, wallet in places}, now, until) if places else []
    row.save(update_fields=["expires_at", "wallet_id", "finished_at"])
    return len(mails)


def _tell(wallets: set[int], now: datetime, until: datetime) -> list[Mail]:
    residents = _residents(wallets)
    dying = ledger.dying_in(ledger_connection(), sorted(residents), now, until)
    told = claim(_wanted(residents, dying, in_japan(now).date()), now)
    of_wallet: defaultdict[int, list[ledger.Dying]] = defaultdict(list)
    for each in dying:
        if (each.wallet_id, each.last_day) in told:
            of_wallet[each.wallet_id].append(each)
    shops = Places()
    mails = [reminder(residents[wallet], found, now, shops) for wallet, found in of_wallet.items()]
    made = Mail.objects.bulk_create(mails)
    queue_mails(mail.pk for mail in made)
    return made


def _residents(wallets: set[int]) -> dict[int, Resident]:
    """Who can be told, by wallet: cards have nobody, and who left has given up what is there."""
    found = Resident.objects.prefetch_related("issuer").filter(
        wallet_id__in=wallets, closed_at=None
    )
    return {each.wallet_id: each for each in found.exclude(email__endswith=NOWHERE)}


def _wanted(
    residents: dict[int, Resident], dying: Sequence[ledger.Dying], today: date
) -> list[Wanted]:
    """A reminder for each wallet and last day, at the stage that applies now."""
    amounts: defaultdict[tuple[int, date], int] = defaultdict(int)
    for each in dying:
        amounts[each.wallet_id, each.last_day] += each.amount
    wanted = []
    for (wallet, last_day), amount in amounts.items():
        stage = stage_of((last_day - today).days)
        if stage is not None:
            resident = residents[wallet]
            wanted.append(Wanted(resident.issuer_id, resident.pk, wallet, last_day, stage, amount))
    return wanted
