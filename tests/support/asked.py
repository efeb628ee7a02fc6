"""Something of everything that support's pages can be asked about."""

from datetime import timedelta
from typing import Any

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import expiry_moves
from hansatsu.flows.support.corrections import Proposal, propose
from hansatsu.flows.support.expiry_moves import Later
from hansatsu.flows.support.models import Correction, ExpiryMove
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.staff.checking import open_staff
from tests.support.buying import Stall
from tests.town import Town


class Asked:
    """A resident who has paid and bought, and a card, of ``town``."""

    def __init__(self, town: Town) -> None:
        self.town = town
        town.charge(town.resident, town.all_shops, 1000)
        payment = town.pay(town.resident, town.shop, 300).number
        card = town.card(500)[1]
        order = Stall(town).order()
        mail = Mail.objects.of(town.issuer).filter(resident=town.resident).latest("pk")
        clerk = open_staff(
            town.issuer,
            login_id=f"proposer-{town.issuer.code}",
            password="",
            role="operator",
            display_name="申請 花子",
        )
        deed = Deed(Actor(town.issuer, clerk.actor, "申請 花子", CONSOLE), "入力の誤り")
        proposal = Proposal(town.resident, town.all_shops, 100)
        correction = propose(deed, clerk, proposal, key="asked").correction
        assert correction is not None
        self.correction = correction
        town.charge(town.resident, town.all_shops, 50, clock.now() + timedelta(days=9))
        lot = ledger.lots(ledger_connection(), town.issuer.pk, town.resident.wallet_id)[0]
        assert lot.expires_at is not None
        later = Later(
            town.resident, 50, lot.expires_at, lot.expires_at + timedelta(days=9), lot.lot_id
        )
        move = expiry_moves.propose(deed, clerk, later, key="asked").move
        assert move is not None
        self.move = move
        self.ids: dict[str, Any] = {
            "resident_id": town.resident.pk,
            "shop_id": town.shop.pk,
            "card_id": card.pk,
            "mail_id": mail.pk,
            "wallet_id": town.resident.wallet_id,
            "correction_id": correction.pk,
            "move_id": move.pk,
        }
        self.numbers: dict[str, Any] = {
            "support_payment": payment,
            "support_refund": payment,
            "support_order": order.number,
        }
        self._wallets = (town.resident.wallet_id, card.wallet_id)

    def state(self) -> tuple[Any, ...]:
        """What only an act may change."""
        issuer = self.town.issuer.pk
        connection = ledger_connection()
        return (
            [ledger.wallet_state(connection, issuer, wallet) for wallet in self._wallets],
            [len(ledger.history(connection, issuer, wallet)) for wallet in self._wallets],
            Mail.objects.filter(issuer=issuer).count(),
            Correction.objects.get(pk=self.correction.pk).state,
            ExpiryMove.objects.get(pk=self.move.pk).state,
        )
