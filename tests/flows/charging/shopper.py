"""A resident who buys: a town with a sale of one product, an account at the sandbox, and what the
provider tells, straight into the state machine."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import bank_transfers, provider_events, refunds
from hansatsu.flows.charging.models import (
    Checkout,
    CheckoutState,
    Method,
    Order,
    Source,
    Task,
    Transfer,
)
from hansatsu.flows.charging.provider_accounts import open_account
from hansatsu.flows.charging.psp.base import YEN, CheckoutRequest, EventKind, ProviderEvent
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.models import SandboxCheckout
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.mailed_links import find_link
from hansatsu.parties.identity.models import Purpose, Resident
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.programs.models import CodeState, Product, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import NewCode, make_purchase_codes
from hansatsu.parties.programs.services import Expiry, open_product, open_sale
from hansatsu.parties.seals.bank_accounts import BankAccount
from tests.support.check_folders import check_folder
from tests.town import Town, make_town

FOLDER = check_folder("flows/charging")

PRICE = 10_000
PARTS = (5_000, 8_000)
"""Yen for all shops, and for small ones."""


@dataclass
class Shopper:
    """Everything is made through the services, but the pages' part of an order: that is put
    straight into ``awaiting``, with a checkout at the sandbox."""

    town: Town = field(default_factory=make_town)
    expiry: Expiry = field(default_factory=lambda: Expiry(months=5))

    def __post_init__(self) -> None:
        open_account(self.town.issuer, "sandbox", {"webhook_secret": "whsec_test"})
        self.sale: Sale = open_sale(
            self.town.issuer, name="商品券", name_en="Vouchers", opens_at=clock.now()
        )
        self.product: Product = open_product(
            self.sale,
            name="商品券 (1口)",
            name_en="Vouchers (1 unit)",
            units=1,
            price=PRICE,
            parts={self.town.all_shops: PARTS[0], self.town.small_shops: PARTS[1]},
            expiry=self.expiry,
        )

    def order(self, method: Method = Method.CARD, *, resident: Resident | None = None) -> Order:
        """An order that waits for its payment."""
        ((_, code),) = make_purchase_codes(self.sale, [NewCode(1)])
        now = clock.now()
        order = Order.objects.create(
            issuer=self.town.issuer,
            number=secrets.token_hex(8).upper(),
            resident=resident or self.town.resident,
            product=self.product,
            purchase_code=code,
            units=1,
            price=PRICE,
            state="awaiting",
            method=method,
            pay_by=now + timedelta(days=3),
            held_at=now,
            confirmed_at=now,
        )
        PurchaseCode.objects.filter(pk=code.pk).update(state=CodeState.HELD)
        self.checkout(order, method)
        return order

    def checkout(self, order: Order, method: Method) -> Checkout:
        """A hosted page of the sandbox for the order."""
        key = secrets.token_hex(8)
        until = clock.now() + timedelta(days=3)
        opened = books.open_checkout(
            self.town.issuer.code,
            CheckoutRequest(
                order=order.number,
                key=key,
                method=method.value,
                amount=order.price,
                title=order.product.name,
                email=order.resident.email,
                name="小山 花子",
                phone="",
                language="ja",
                success_url="/",
                cancel_url="/",
                expires_at=until,
            ),
        )
        return Checkout.objects.create(
            issuer=self.town.issuer,
            order=order,
            provider="sandbox",
            method=method,
            key=key,
            reference=opened.reference,
            redirect_url="/sandbox-pay/",
            state=CheckoutState.OPEN,
            expires_at=until,
            made_at=clock.now(),
        )

    def pays(self, order: Order) -> str:
        """Money is taken at the sandbox, however often; returns the payment's id. Nobody is told
        yet."""
        checkout = SandboxCheckout.objects.get(reference=order.checkouts.all()[0].reference)
        assert books.pay(checkout, anyway=True)
        payment = checkout.payments.last()
        assert payment is not None
        return payment.reference

    def tell(
        self,
        kind: EventKind,
        order: Order,
        payment: str = "",
        *,
        amount: int = PRICE,
        id: str = "",
        about: str = "",
        currency: str = YEN,
        at: datetime | None = None,
    ) -> str:
        """Have the provider tell; returns what the machine made of it. ``about`` is the refund or
        dispute: one and the same of a payment when it is not said."""
        event = ProviderEvent(
            id=id or secrets.token_hex(8),
            kind=kind,
            at=at or clock.now(),
            order=order.number,
            reference=order.checkouts.all()[0].reference,
            payment=payment,
            amount=amount,
            currency=currency,
            about=about or f"{payment}-{kind[:6]}",
            method=order.checkouts.all()[0].method,  # type: ignore[arg-type]
        )
        return provider_events.take_event(self.town.issuer, "sandbox", event, Source.WEBHOOK)

    def charged(self, method: Method = Method.CARD) -> tuple[Order, str]:
        """A charged order and its payment's id."""
        order = self.order(method)
        payment = self.pays(order)
        assert self.tell("paid", order, payment) == "charged"
        order.refresh_from_db()
        return order, payment

    def close_wallet(self) -> None:
        """The resident's takes no value any more."""
        wallet = self.town.resident.wallet_id
        ledger.change_state(
            ledger_connection(),
            "close",
            request=ledger.Request.of("test", f"close {wallet}"),
            issuer_id=self.town.issuer.pk,
            wallet_id=wallet,
            reason="test",
        )

    def task(self, order: Order, kind: str) -> Task:
        """The order's task of this kind."""
        return Task.objects.select_related("issuer", "payment", "order").get(order=order, kind=kind)


def asked_for_account(shopper: Shopper) -> Task:
    """Konbini money that came too late, whose payer has been mailed a link."""
    order = shopper.order(Method.KONBINI)
    shopper.tell("expired", order)
    shopper.tell("paid", order, shopper.pays(order))
    task = shopper.task(order, "late")
    assert refunds.give_back(task) == "asked"
    return task


def mailed_page(task: Task) -> str:
    """The path of the page for the bank account that was mailed last."""
    mail = Mail.objects.of(task.issuer).filter(kind="order_account").latest("pk")
    (line,) = [each for each in mail.text.splitlines() if "/payback/" in each]
    return line[line.index(f"/{task.issuer.code}/") :].strip()


def ready_for_transfer(
    shopper: Shopper, account: BankAccount, task: Task | None = None
) -> Transfer:
    """The same, or another task's money, whose payer has named an account."""
    if task is None:
        task = asked_for_account(shopper)
    else:
        assert refunds.give_back(task) == "asked"
    token = mailed_page(task).rstrip("/").rsplit("/", 1)[1]
    link = find_link(task.issuer, Purpose.BANK_ACCOUNT, token).link
    assert link is not None
    transfer = refunds.take_account(link, account)
    assert transfer is not None
    return transfer


def paid_at_the_bank(
    transfer: Transfer, deed: Deed, *, shown: int | None = None
) -> bank_transfers.WhyNot | bank_transfers.MarkedPaid:
    """Put a transfer into a run, and have the bank make it; or why it does not go out."""
    transfer.refresh_from_db()
    with transaction.atomic():
        why = bank_transfers.put_in_run(transfer, shown=transfer.yen if shown is None else shown)
    return why or bank_transfers.mark_paid(transfer, deed)


def wrong(*orders: Order) -> list[str]:
    """What charging's checks say about these orders; all of it when none is named."""
    found = [row for path in FOLDER.glob("*.sql") for row in rows_of(path)]
    return [row for row in found if not orders or any(each.number in row for each in orders)]


def rows_of(path: Path) -> list[str]:
    """What one check names."""
    return [row[0] for row in ledger_connection().execute(path.read_bytes()).fetchall()]
