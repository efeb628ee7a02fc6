"""Something of each kind that a page of the console can name."""

from datetime import timedelta

from hansatsu.flows.payments.poster_intents import new_key
from hansatsu.flows.printouts.batches import Order, card_settings, code_settings, make_all, order
from hansatsu.flows.printouts.models import FileForm, PrintFile, PrintKind
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.parties.programs.services import Expiry, open_product, open_sale
from hansatsu.parties.seals.bank_accounts import BankAccount, seal_account
from hansatsu.parties.shops.account_versions import enter
from hansatsu.parties.shops.batches import apply, draft
from hansatsu.parties.shops.changes import Change
from hansatsu.parties.shops.models import AccountVersion, Batch, BatchKind
from tests.town import Town


class Things:
    """A sale with a product and a making of purchase codes, its file, one of cards, a gift code, a
    file of shops that was done, a shop's account that waits, and one of another's file."""

    def __init__(self, town: Town, staff: Staff) -> None:
        now = clock.now()
        day = in_japan(now).date()
        self.sale = open_sale(town.issuer, name="販売", name_en="Sale", opens_at=now)
        self.product = open_product(
            self.sale,
            name="商品",
            name_en="Product",
            units=1,
            price=1000,
            parts={town.all_shops: 1200},
            expiry=Expiry(),
        )
        by = Actor(town.issuer, staff.actor, staff.display_name, CONSOLE)
        settings = code_settings(self.sale, 1, first_day=day, last_day_=day + timedelta(days=9))
        wanted = Order(PrintKind.WINNERS, "当選", settings, 1, [FileForm.XLSX])
        self.making = order(by, wanted, reason="試験", key=new_key())
        make_all(self.making.pk)
        held = card_settings({town.all_shops: 1000}, None)
        filled = Order(PrintKind.CARDS, "敬老", held, 1, [FileForm.XLSX])
        self.cards = order(by, filled, reason="試験", key=new_key())
        make_all(self.cards.pk)
        self.file = PrintFile.objects.of(town.issuer).get(making=self.making)
        self.batch = self._batch(town, by)
        account = BankAccount("0129", "101", "1", "1234567", "ﾋﾏﾜﾘ ﾀﾛｳ")
        enter(by, town.shop, account, reason="試験")
        self.account = AccountVersion.objects.of(town.issuer).get(shop=town.shop)
        self.file_of_another = self._accounts(town, account)
        self.of_another = AccountVersion.objects.of(town.issuer).latest("pk")
        self.code = PurchaseCode.objects.of(town.issuer).get(batch=self.making.pk)
        text, _ = town.gift()
        gift = find_gift(town.issuer, text)
        assert gift is not None
        self.gift = gift

    @staticmethod
    def _accounts(town: Town, account: BankAccount) -> Batch:
        """A file that gave a shop an account, of somebody else."""
        by = Actor(town.issuer, "staff:0", "経理 恵子", CONSOLE)
        after = {"account": seal_account(account)}
        shop = town.large_shop
        change = Change(shop.pk, shop.code, shop.name, {"account": ""}, after, ["口座番号: 1 → 1"])
        batch = draft(by, BatchKind.FILE, [change], reason="試験")
        assert apply(by, batch, accounts=True).done == 1
        return batch

    @staticmethod
    def _batch(town: Town, by: Actor) -> Batch:
        before, after = {"phone": town.shop.phone}, {"phone": "0285-00-0099"}
        change = Change(town.shop.pk, town.shop.code, town.shop.name, before, after)
        batch = draft(by, BatchKind.FILE, [change], reason="試験")
        assert apply(by, batch, accounts=True).done == 1
        return batch
