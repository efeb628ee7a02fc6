"""What the office does for a resident or the holder of a card, each with a reason on record.

Each is done once however often it is asked for: under its key in the ledger, or because it is so
already. A refusal changes nothing and leaves no line.
"""

from datetime import timedelta
from typing import Literal, assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.printouts.cards import print_card
from hansatsu.flows.printouts.models import PrintFile
from hansatsu.flows.printouts.store import hand_out
from hansatsu.flows.support import letters
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.cards.stopping import reissue_card, resume_card, stop_card
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.devices import devices_of, revoke_devices
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.names import card_name

AT_ONCE = timedelta(minutes=1)
"""A mail that was sent again so short ago is not sent once more: somebody pressed twice."""

Freezing = Literal["done", "unchanged", "left"]
"""``unchanged``: it is so already, or closed for ever. ``left``: nobody has the wallet any more."""

Resending = Literal["sent", "secret", "under_way", "nobody"]
"""``secret``: its content opened an account and is erased. ``under_way``: it is being tried still.
``nobody``: its resident has left, or it was a stranger's."""


def freeze_wallet(deed: Deed, resident: Resident, *, key: str) -> Freezing:
    """Have the wallet pay nothing, at once; it still takes charges and refunds.

    Args:
        deed: who does it, and why; the reason is kept in the books, too.
        resident: whose wallet.
        key: idempotency key of the actor.
    """
    return _change(deed, resident, "freeze", key)


def unfreeze_wallet(deed: Deed, resident: Resident, *, key: str) -> Freezing:
    """Have the wallet pay again; arguments and result as for ``freeze_wallet``. One that was
    frozen because its resident left stays so."""
    if resident.closed_at is not None:
        return "left"
    return _change(deed, resident, "unfreeze", key)


def end_devices(deed: Deed, resident: Resident) -> int:
    """Log every browser of the resident out and kill its codes: a lost phone. Returns how many;
    with none there is nothing to record."""
    with transaction.atomic():
        names = [browser_words(each.label) or each.label for each in devices_of(resident)]
        ended = revoke_devices(resident)
        if ended:
            letters.devices_ended(resident, ended)
            after: dict[str, Value] = {"count": ended, "devices": names}
            deed.record("devices_revoked", resident.actor, after=after)
    return ended


def stop_lost_card(deed: Deed, card: Card) -> bool:
    """Freeze a card at once; False when it is so already, or its value was moved."""
    with transaction.atomic():
        done = stop_card(card, actor=deed.actor.actor, reason=deed.reason)
        _record_card(deed, done, "card_stopped", card, ("open", "frozen"))
    return done


def resume_found_card(deed: Deed, card: Card) -> bool:
    """Let a stopped card pay again; False when it does already, or its value was moved."""
    with transaction.atomic():
        done = resume_card(card, actor=deed.actor.actor, reason=deed.reason)
        _record_card(deed, done, "card_resumed", card, ("frozen", "open"))
    return done


def reissue_lost_card(deed: Deed, card: Card) -> Card | None:
    """Move all that a lost card holds to a new one, and keep the file to print the new one from:
    its code is known to nobody but the file. Returns the new card; None when the value of ``card``
    was moved before."""
    with transaction.atomic():
        made = reissue_card(card, actor=deed.actor.actor, reason=deed.reason)
        if made.card is None:
            return None
        print_card(card.issuer, made.code, actor=deed.actor.actor, card=made.card)
        deed.record(
            "card_reissued",
            card_name(card.pk),
            before={"card": f"…{card.last_four}"},
            after={"card": f"…{made.card.last_four}", "amount": made.amount},
        )
    return made.card


def waiting_file(card: Card) -> PrintFile | None:
    """The file that a reissued card is printed from, until somebody has saved it."""
    files = PrintFile.objects.of(card.issuer).defer("sealed")
    waiting = files.filter(card=card, sealed__isnull=False)
    return waiting.first() if card.state == CardState.ISSUED else None


def take_card_file(deed: Deed, card: Card) -> bytes | None:
    """The PDF of a reissued card, for one person and not for the clerk who reissued it: nobody
    takes the money of another's card alone. None for everybody else."""
    with transaction.atomic():
        file = waiting_file(card)
        if file is None:
            return None
        pdf = hand_out(card.issuer, file.pk, actor=deed.actor.actor)
        if pdf is not None:
            deed.record("card_file_taken", card_name(card.pk))
    return pdf


def resend_mail(deed: Deed, mail: Mail) -> Resending:
    """Send a mail once more, to the address that its resident has now.

    Args:
        deed: who asks for it, and why.
        mail: what was sent, or came back.
    """
    with transaction.atomic():
        old = (
            Mail.objects.select_for_update(of=("self",)).select_related("resident").get(pk=mail.pk)
        )
        refusal = _why_not(old)
        if refusal is not None or old.resident is None:
            return refusal or "nobody"
        if old.agains.filter(created_at__gt=clock.now() - AT_ONCE).exists():
            return "sent"
        again = Mail.objects.create(
            issuer_id=old.issuer_id,
            resident=old.resident,
            kind=old.kind,
            about=old.about,
            again_of=old,
            to=old.resident.email,
            subject=old.subject,
            text=old.text,
            html=old.html,
            language=old.language,
        )
        queue_mails([again.pk])
        deed.record(
            "mail_resent",
            f"mail:{old.pk}",
            before={"mail": old.subject, "mail_state": old.state},
            after={"address_changed": old.to != again.to},
            things=[old.resident.actor],
        )
    return "sent"


def may_be_resent(mail: Mail) -> bool:
    """True when ``resend_mail`` would take it."""
    return _why_not(mail) is None


def _why_not(mail: Mail) -> Resending | None:
    if mail.has_secret:
        return "secret"
    if mail.resident is None or mail.resident.closed_at is not None:
        return "nobody"
    if mail.state in (Mail.State.QUEUED, Mail.State.FAILED):
        return "under_way"
    return None


def _change(
    deed: Deed, resident: Resident, change: Literal["freeze", "unfreeze"], key: str
) -> Freezing:
    actor = deed.actor.actor
    with transaction.atomic():
        made = ledger.change_state(
            ledger_connection(),
            change,
            request=ledger.Request.of(actor, f"{change}-{key}", resident.wallet_id),
            issuer_id=resident.issuer_id,
            wallet_id=resident.wallet_id,
            reason=deed.reason,
        )
        match made.outcome:
            case "done":
                pass
            case "replayed":
                return "done"
            case "unchanged" | "key_conflict":
                return "unchanged"
            case "cancelled" | "unknown" | "not_empty" as other:
                raise RuntimeError(f"the wallet of {resident.actor} could not {change}: {other}")
            case never:
                assert_never(never)
        before, after = ("open", "frozen") if change == "freeze" else ("frozen", "open")
        act = "wallet_frozen" if change == "freeze" else "wallet_unfrozen"
        subject = resident.actor
        deed.record(act, subject, before={"wallet": before}, after={"wallet": after})
        if resident.closed_at is None:
            tell = letters.wallet_stopped if change == "freeze" else letters.wallet_resumed
            tell(resident)
    return "done"


def _record_card(deed: Deed, done: bool, act: str, card: Card, states: tuple[str, str]) -> None:
    before, after = ({"wallet": state} for state in states)
    if done:
        deed.record(act, card_name(card.pk), before=before, after=after)
