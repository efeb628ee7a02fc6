"""The mail that tells what dies soon, in its reader's language."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.reminders.places import Places
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.letters import Hero, Letter, mail_of
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.phrases import phrases
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.wallets.expiry_words import days_left, until

KIND = "expiry_reminder"


def reminder(
    resident: Resident, dying: Sequence[ledger.Dying], now: datetime, places: Places
) -> Mail:
    """The mail (not saved) to ``resident`` of all in their wallet that they are reminded of.

    Args:
        resident: with their issuer.
        dying: what dies, the soonest first; at least one.
        now: when it was so, and from when days are counted.
        places: where value can be spent.
    """
    with translation.override(resident.language):
        letter = _letter(resident, dying, now, places)
    mail = mail_of(letter, resident.issuer, KIND, to=resident.email)
    mail.resident = resident
    mail.about = f"expiry:{dying[0].last_day:%Y-%m-%d}"
    return mail


def _letter(
    resident: Resident, dying: Sequence[ledger.Dying], now: datetime, places: Places
) -> Letter:
    issuer, words = resident.issuer, phrases(resident.language)
    name = words.name.format(family=resident.family_name, given=resident.given_name)
    return Letter(
        language=resident.language,
        issuer=issuer.local_name,
        colour=issuer.colour_primary,
        subject=f"【{issuer.local_name}】{_('有効期限のお知らせ')}",
        greeting=words.greeting.format(name=name),
        opening=_(
            "次の残高の有効期限が近づいています。期限を過ぎると利用できません。払い戻しはできません。"
        ),
        heroes=_heroes(resident, dying, in_japan(now).date()),
        places=tuple(
            places.of(issuer, emoney_id)
            for emoney_id in dict.fromkeys(each.emoney_id for each in dying)
        ),
        closing=(
            *_frozen(dying),
            _("金額は%(moment)s現在です。その後にご利用のときは、行き違いをお許しください。")
            % {"moment": words.moment.format(in_japan(now))},
            words.unknown,
            words.no_reply,
        ),
        office_name=issuer.local_office_name,
        office=words.office.format(phone=issuer.office_phone, hours=issuer.local_office_hours),
    )


def _heroes(resident: Resident, dying: Sequence[ledger.Dying], today: date) -> tuple[Hero, ...]:
    """A figure for each last day, with what it is made of."""
    names = emoney_names(resident.issuer)
    days: defaultdict[date, list[ledger.Dying]] = defaultdict(list)
    for each in dying:
        days[each.last_day].append(each)
    return tuple(
        Hero(
            amount=_yen(sum(each.amount for each in found)),
            when=until(last_day),
            left=days_left((last_day - today).days),
            lines=tuple(f"{names[each.emoney_id]} {_yen(each.amount)}" for each in found),
        )
        for last_day, found in days.items()
    )


def _yen(amount: int) -> str:
    return _("%(yen)s円分") % {"yen": f"{amount:,}"}


def _frozen(dying: Sequence[ledger.Dying]) -> tuple[str, ...]:
    if not dying[0].is_frozen:
        return ()
    return (
        _(
            "ウォレットは現在停止中です。このままではお支払いができません。"
            "期限までにご利用になるときは、下記へお電話ください。"
        ),
    )
