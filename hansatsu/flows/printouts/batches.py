"""Making codes and cards in bulk, a part at a time, each with its files.

A part's codes, its files and how far it has come are one transaction: a worker that is killed
leaves whole parts, and another goes on behind them. Codes are never anywhere but in those files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from hansatsu.flows.printouts.cards import NewCards, card_sheets, lots_of
from hansatsu.flows.printouts.gifts import gift_letters
from hansatsu.flows.printouts.models import UNEXPECTED, FileForm, Making, MakingState, PrintKind
from hansatsu.flows.printouts.records import right_facts, value_facts
from hansatsu.flows.printouts.shop_letters import HEAD, ShopLetter, shop_letters, shop_log_in
from hansatsu.flows.printouts.store import keep
from hansatsu.flows.printouts.tables import table_of
from hansatsu.flows.printouts.winners import WinnersLetter, winners_letters
from hansatsu.formats.japan import expires_at_after, last_day
from hansatsu.formats.qr import bearer_code
from hansatsu.formats.qr.gift import gift_url
from hansatsu.formats.sheets.writing import workbook
from hansatsu.parties import clock
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.gifts.models import GiftBatch
from hansatsu.parties.gifts.services import NewGifts, add_gifts, open_batch
from hansatsu.parties.issuers.audit import CONSOLE, Actor, Value, audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, Sale
from hansatsu.parties.programs.purchase_codes import NewCode, make_purchase_codes, window_within
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.accounts import name_of_actor
from hansatsu.parties.staff.first_managers import hand_over

MOST: Final = 50_000
"""In one order."""
PART: Final = 500
"""In one file: some seconds, and a file that printers take."""
SHOPS: Final = 100
"""Letters to shops in one file: each has a password to be hashed, a tenth of a second."""
QUEUE: Final = "making"
TASK: Final = "make_codes"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made.

    Attributes:
        kind: codes or cards of which kind.
        name: what staff call it.
        settings: as ``code_settings`` or ``card_settings`` makes it; empty for gift codes.
        count: how many.
        forms: which files.
        gifts: the batch that gift codes are of; it is opened with the order.
    """

    kind: PrintKind
    name: str
    settings: dict[str, Any]
    count: int
    forms: Sequence[str]
    gifts: NewGifts | None = None


def code_settings(sale: Sale, units: int, *, first_day: date, last_day_: date) -> dict[str, Any]:
    """Purchase codes: rights to ``units`` of ``sale`` in a window of whole days in Japan."""
    days = {"first_day": first_day.isoformat(), "last_day": last_day_.isoformat()}
    return {"sale": sale.pk, "units": units, **days}


def card_settings(values: Mapping[Emoney, int], expires_on: date | None) -> dict[str, Any]:
    """Cards that hold yen of each emoney, until a last day in Japan."""
    held = {str(emoney.pk): amount for emoney, amount in values.items()}
    return {"values": held, "expires_on": expires_on.isoformat() if expires_on else None}


def letter_settings(shops: Sequence[int], *, again: bool) -> dict[str, Any]:
    """Letters to shops, by their ids, in the order of the letters; ``again`` where one that was
    sent is to be dead (``first_managers.hand_over``)."""
    return {"shops": list(shops), "again": again}


def part_of(kind: str) -> int:
    """How many are made at once, in one file."""
    return SHOPS if kind == PrintKind.SHOPS else PART


def order(by: Actor, wanted: Order, *, reason: str, key: str) -> Making:
    """Have the worker make them; once for each ``key`` of the orderer. Asked again with the
    same key, it is the same making.

    Raises:
        ValueError: when there are none or too many, or no file is wanted.
    """
    if not 1 <= wanted.count <= MOST or not set(wanted.forms) <= set(FileForm.values):
        raise ValueError(f"1 to {MOST} are made at once, with files of known forms")
    if not wanted.forms:
        raise ValueError("codes without a file are nobody's")
    try:
        return _ordered(by, key) or _order(by, wanted, reason, key)
    except IntegrityError:  # of two at once, one came first
        making = _ordered(by, key)
        if making is None:
            raise
        return making


def _ordered(by: Actor, key: str) -> Making | None:
    return Making.objects.of(by.issuer).filter(made_by=by.actor, key=key).first()


def _order(by: Actor, wanted: Order, reason: str, key: str) -> Making:
    with transaction.atomic():
        settings_ = wanted.settings
        if wanted.gifts is not None:
            settings_ = {"batch": open_batch(by.issuer, wanted.gifts).pk}
        making = Making.objects.create(
            issuer=by.issuer,
            kind=wanted.kind,
            name=wanted.name,
            settings=settings_,
            count=wanted.count,
            forms=list(wanted.forms),
            made_at=clock.now(),
            made_by=by.actor,
            key=key,
        )
        after = _facts(by.issuer, wanted)
        audit(by, f"{wanted.kind}_ordered", subject_of(making), reason=reason, after=after)
        task = configure_task(name=TASK, job_manager=JobManager(DjangoConnector()), queue=QUEUE)
        task.defer(making_id=making.pk)
    return making


def _facts(issuer: Issuer, wanted: Order) -> dict[str, Value]:
    name, count = wanted.name, wanted.count
    if wanted.gifts is not None:
        return value_facts(name, wanted.gifts.values, count)
    if wanted.kind == PrintKind.CARDS:
        return value_facts(name, held_by_cards(issuer, wanted.settings), count)
    if wanted.kind == PrintKind.SHOPS:
        return {"name": name, "count": count}
    found = wanted.settings
    sale = Sale.objects.of(issuer).get(pk=found["sale"])
    days: dict[str, Value] = {name: found[name] for name in ("first_day", "last_day")}
    return right_facts(name, sale.name, found["units"], count) | days


def held_by_cards(issuer: Issuer, found: Mapping[str, Any]) -> list[tuple[Emoney, int]]:
    """What each card holds that ``card_settings`` describe."""
    emoneys = {str(each.pk): each for each in Emoney.objects.of(issuer)}
    return [(emoneys[pk], amount) for pk, amount in found["values"].items()]


def make_all(making_id: int, *, last_try: bool = False) -> None:
    """Make what is still to be made. What the ledger refuses ends it, and says why; whatever else
    goes wrong is raised, and ends it on the last try: what was made by then stays."""
    try:
        while make_part(making_id):
            pass
    except Exception:
        if last_try:
            _end(making_id, UNEXPECTED)
        raise


def make_part(making_id: int) -> bool:
    """Make the next part; False when there is nothing more to make."""
    try:
        with transaction.atomic(), translation.override("ja"):
            making = Making.objects.select_for_update(no_key=True).get(pk=making_id)
            if making.state != MakingState.WORKING:
                return False
            _make(making, min(part_of(making.kind), making.count - making.done))
            return making.state == MakingState.WORKING
    except ValueError as error:
        _end(making_id, str(error)[:200])
        return False


def _end(making_id: int, error: str) -> None:
    Making.objects.filter(pk=making_id, state=MakingState.WORKING).update(
        state=MakingState.FAILED, error=error, finished_at=clock.now()
    )


def _make(making: Making, count: int) -> None:
    first = making.done + 1
    write: dict[str, Callable[[Making, int], tuple[bytes, bytes]]] = {
        PrintKind.WINNERS: _make_codes,
        PrintKind.GIFTS: _make_gifts,
        PrintKind.CARDS: _make_cards,
        PrintKind.SHOPS: _make_shop_letters,
    }
    pdf, xlsx = write[making.kind](making, count)
    for form, content in ((FileForm.PDF, pdf), (FileForm.XLSX, xlsx)):
        if form in making.forms and content:
            keep(
                making.issuer,
                PrintKind(making.kind),
                content,
                count=count,
                actor=making.made_by,
                form=form,
                making=making,
                first=first,
            )
    making.done += count
    if making.done == making.count:
        making.state, making.finished_at = MakingState.FINISHED, clock.now()
    making.save(update_fields=["done", "state", "finished_at"])


def _make_codes(making: Making, count: int) -> tuple[bytes, bytes]:
    found = making.settings
    sale = Sale.objects.of(making.issuer).get(pk=found["sale"])
    first, last = (date.fromisoformat(found[name]) for name in ("first_day", "last_day"))
    new = NewCode(found["units"], *window_within(sale, first, last))
    made = make_purchase_codes(sale, [new] * count, batch=making.pk)
    texts = [text for text, _code in made]
    letters = [WinnersLetter(text, sale.name, new.units, first, last) for text in texts]
    pdf = winners_letters(making.issuer, letters) if FileForm.PDF in making.forms else b""
    facts: dict[str, str | int] = {
        "商品": sale.name,
        "口数": new.units,
        "購入開始日": str(first),
        "購入期限": str(last),
    }
    return pdf, table_of(making.done + 1, texts, facts)


def _make_gifts(making: Making, count: int) -> tuple[bytes, bytes]:
    batch, issuer = batch_of(making), making.issuer
    texts = [bearer_code.new_code(bearer_code.GIFT) for _ in range(count)]
    add_gifts(batch, texts)
    pdf = gift_letters(batch, texts) if FileForm.PDF in making.forms else b""
    values = {each.emoney.name: each.amount for each in batch.values.select_related("emoney")}
    facts: dict[str, str | int] = {**values, "受け取り期限": _day(batch.takeable_until)}
    links = [gift_url(settings.SITE_URL, issuer.code, text) for text in texts]
    return pdf, table_of(making.done + 1, texts, facts, links)


def _make_cards(making: Making, count: int) -> tuple[bytes, bytes]:
    found, issuer = making.settings, making.issuer
    values = held_by_cards(issuer, found)
    last = date.fromisoformat(found["expires_on"]) if found["expires_on"] else None
    new = NewCards(values, last)
    texts = [text for text, _card in make_cards(issuer, count, lots_of(new), batch=making.pk)]
    pdf = card_sheets(issuer, new, texts) if FileForm.PDF in making.forms else b""
    facts: dict[str, str | int] = {emoney.name: amount for emoney, amount in values}
    facts["有効期限"] = _day(expires_at_after(last))
    return pdf, table_of(making.done + 1, texts, facts)


def _make_shop_letters(making: Making, count: int) -> tuple[bytes, bytes]:
    """A shop whose manager has come in meanwhile gets none; a part without letters has no file."""
    issuer, first = making.issuer, making.done
    by = Actor(issuer, making.made_by, name_of_actor(issuer, making.made_by), CONSOLE)
    wanted = making.settings["shops"][first : first + count]
    shops = Shop.objects.of(issuer).select_related("issuer").filter(pk__in=wanted, open=True)
    locked = shops.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk()
    found = [locked[pk] for pk in wanted if pk in locked]
    how = {"again": making.settings["again"], "reason": making.name}
    handed = ((shop, hand_over(by, shop, **how)) for shop in found)
    letters = [ShopLetter(shop, each) for shop, each in handed if each is not None]
    if not letters:
        return b"", b""
    pdf = shop_letters(issuer, letters) if FileForm.PDF in making.forms else b""
    rows = [each.row(shop_log_in(issuer)) for each in letters]
    return pdf, workbook("案内状", HEAD, rows, [12, 28, 36, 16, 48, 20, 24])


def batch_of(making: Making) -> GiftBatch:
    """The batch that its gift codes are of."""
    return GiftBatch.objects.of(making.issuer).get(pk=making.settings["batch"])


def _day(end: datetime | None) -> str:
    last = last_day(end)
    return str(last) if last else "なし"


def subject_of(making: Making) -> str:
    """What the record of acts calls it."""
    return f"making:{making.pk}"


def find_making(issuer: Issuer, making_id: int) -> Making | None:
    """The issuer's making of this id."""
    return Making.objects.of(issuer).filter(pk=making_id).first()
