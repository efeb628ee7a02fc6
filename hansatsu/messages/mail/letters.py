"""Writing mails, and those about entries of residents' wallets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import render_to_string
from django.utils import translation

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.phrases import Phrases, phrases
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import HistoryRow, history_rows, in_japan


@dataclass(frozen=True, slots=True)
class Fact:
    """A line such as 決済金額: 500円."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Hero:
    """A figure that a mail is about: ``amount`` largest, ``when`` and how long is ``left`` beneath,
    then ``lines`` of what it is made of."""

    amount: str
    when: str
    left: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something can be done: ``title``, ``text``, and a link with its label where there is
    one."""

    title: str
    text: str
    link: str = ""
    link_label: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's content, for both of its templates. What is empty is left out.

    ``code`` and links stand alone on their lines, so that phones and programs find them.
    """

    language: str
    issuer: str
    colour: str
    subject: str
    greeting: str
    opening: str
    closing: tuple[str, ...]
    office_name: str
    office: str
    facts: tuple[Fact, ...] = ()
    heroes: tuple[Hero, ...] = ()
    places: tuple[Place, ...] = ()
    uses_title: str = ""
    uses: tuple[str, ...] = ()
    balance: Fact | None = None
    code: str = ""
    link: str = ""
    link_label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """How a mail begins and ends that is not about an everyday entry of its kind."""

    subject: str
    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry with what a letter says of it."""

    entry: ledger.Entry
    row: HistoryRow
    balance: int
    now: datetime


def write_mail(
    resident: Resident,
    entry: ledger.Entry,
    about: Sequence[Fact] = (),
    heading: Heading | None = None,
) -> Mail:
    """The mail (not saved) that tells ``resident`` of ``entry``, in the resident's language.

    ``resident.issuer`` is used. ``entry.kind`` is one of ``phrases.MAILED``. ``about`` stands
    before the facts of the entry; it and ``heading`` are in the resident's language already.
    """
    ((_, told),) = _told([(resident, entry)])
    return _mail(resident, told, about, heading)


def write_mails(owed: Sequence[tuple[Resident, ledger.Entry]]) -> list[Mail]:
    """As ``write_mail`` for many residents and entries, in a handful of statements for each issuer
    and language. Residents of one issuer share one object of it."""
    return [_mail(resident, told) for resident, told in _told(owed)]


def _told(
    owed: Sequence[tuple[Resident, ledger.Entry]],
) -> Iterator[tuple[Resident, _Told]]:
    connection = ledger_connection()
    now = ledger.now(connection)
    values = ledger.living_values(connection, {entry.wallet_id for _, entry in owed})
    groups: defaultdict[tuple[int, str], list[tuple[Resident, ledger.Entry]]] = defaultdict(list)
    for resident, entry in owed:
        groups[resident.issuer_id, resident.language].append((resident, entry))
    for (_, language), group in groups.items():
        with translation.override(language):
            rows = history_rows(group[0][0].issuer, [entry for _, entry in group])
        for (resident, entry), row in zip(group, rows, strict=True):
            yield resident, _Told(entry, row, values.get(entry.wallet_id, 0), now)


def _mail(
    resident: Resident, told: _Told, about: Sequence[Fact] = (), heading: Heading | None = None
) -> Mail:
    letter = _letter(resident, told, about, heading)
    mail = mail_of(letter, resident.issuer, told.entry.kind, to=resident.email)
    mail.resident = resident
    mail.wallet_id, mail.seq = told.entry.wallet_id, told.entry.seq
    return mail


def mail_of(letter: Letter, issuer: Issuer, kind: str, *, to: str) -> Mail:
    """The mail (not saved) that carries ``letter``."""
    context = {"letter": letter}
    return Mail(
        issuer=issuer,
        kind=kind,
        to=to,
        subject=letter.subject,
        text=render_to_string("notifications/letter.txt", context),
        html=render_to_string("notifications/letter.html", context),
        language=letter.language,
    )


def _letter(
    resident: Resident, told: _Told, about: Sequence[Fact], heading: Heading | None
) -> Letter:
    issuer, row = resident.issuer, told.row
    words = phrases(resident.language)
    with translation.override(resident.language):
        issuer_name = issuer.local_name
        office_name, office_hours = issuer.local_office_name, issuer.local_office_hours
    loss = _loss(told.entry)
    return Letter(
        language=resident.language,
        issuer=issuer_name,
        colour=issuer.colour_primary,
        subject=f"【{issuer_name}】{heading.subject if heading else words.subject[row.kind]}",
        greeting=words.greeting.format(name=_name(resident, words)),
        opening=heading.opening if heading else _opening(row, loss, words, issuer_name),
        facts=(*about, *_facts(row, words), *_losses(row, loss, words)),
        uses_title=words.uses[row.kind],
        uses=tuple(
            words.use.format(
                emoney=line.emoney,
                amount=_yen(abs(line.amount), words),
                management_number=line.management_number,
                expires_on=_day(line.expires_on, words),
            )
            for line in row.lines
        ),
        balance=Fact(
            words.balance,
            words.as_of.format(amount=_yen(told.balance, words), moment=_moment(told.now, words)),
        ),
        closing=(*([heading.closing] if heading else []), words.unknown, words.no_reply),
        office_name=office_name,
        office=words.office.format(phone=issuer.office_phone, hours=office_hours),
    )


def _loss(entry: ledger.Entry) -> ledger.RefundLoss:
    """What of a refund did not come back; nothing of every other entry."""
    if entry.kind != "refund" or entry.number is None:
        return ledger.RefundLoss()
    standing = ledger.payment_standing(ledger_connection(), entry.issuer_id, entry.number)
    refund = None if standing is None else standing.refund(entry.number)
    if refund is None:
        raise LookupError(f"no payment has the refund {entry.number}")
    return refund.loss


def _opening(row: HistoryRow, loss: ledger.RefundLoss, words: Phrases, issuer: str) -> str:
    if not loss.total:
        return words.opening[row.kind].format(issuer=issuer)
    return words.refund_partly_lost if loss.total < -row.amount else words.refund_lost


def _losses(row: HistoryRow, loss: ledger.RefundLoss, words: Phrases) -> list[Fact]:
    """Said only when not all is back: how much is, and what became of the rest."""
    if not loss.total:
        return []
    parts = (
        (words.came_back, -row.amount - loss.total, True),
        (words.lost_expired, loss.expired_amount, False),
        (words.lost_reversed, loss.reversed_amount, False),
    )
    return [Fact(name, _yen(yen, words)) for name, yen, always in parts if yen or always]


def _facts(row: HistoryRow, words: Phrases) -> list[Fact]:
    facts = [Fact(words.amount[row.kind], _yen(row.amount, words))]
    if row.shop is not None:
        facts.insert(0, Fact(words.shop, row.shop))
    if row.number is not None:
        facts.append(Fact(words.number, row.number))
    if row.refunded_number is not None:
        facts.append(Fact(words.refunded_number, row.refunded_number))
    facts.append(Fact(words.at[row.kind], _moment(row.at, words)))
    return facts


def _name(resident: Resident, words: Phrases) -> str:
    return words.name.format(family=resident.family_name, given=resident.given_name)


def _yen(amount: int, words: Phrases) -> str:
    return (words.minus if amount < 0 else words.yen).format(abs(amount))


def _moment(moment: datetime, words: Phrases) -> str:
    return words.moment.format(in_japan(moment))


def _day(day: date | None, words: Phrases) -> str:
    return words.no_expiry if day is None else f"{day:%Y/%m/%d}"
