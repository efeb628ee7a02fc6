"""A small town's books for one test: an issuer of its own, with shortcuts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import psycopg
from psycopg import sql

from hansatsu.ledger import api
from hansatsu.ledger.values import StateChange
from tests.ledger.ways import Way

PREFIX = "TESTISSUER001"
TABLES = ("wallet", "lot", "entry", "request", "device", "note", "outbox")


IDS = count(1_000_000_000)
DEVICES = count()


def fresh_id() -> int:
    """An id that no other test has."""
    return next(IDS)


def fresh_device() -> int:
    """A device number that no other test has: issuer 0, who is nobody."""
    return next(DEVICES)


@dataclass
class Books:
    """An issuer on a connection, and what a test does with it."""

    connection: psycopg.Connection
    limits: api.Limits = field(default_factory=api.Limits)
    refund_grace_days: int = 0
    way: Way = api.pay
    issuer_id: int = field(default_factory=fresh_id)

    def __post_init__(self) -> None:
        api.open_issuer(
            self.connection,
            issuer_id=self.issuer_id,
            payment_prefix=PREFIX,
            mode="sandbox",
            limits=self.limits,
            refund_grace_days=self.refund_grace_days,
        )

    def emoney(self) -> int:
        """A new emoney."""
        emoney_id = fresh_id()
        api.open_emoney(self.connection, issuer_id=self.issuer_id, emoney_id=emoney_id)
        return emoney_id

    def shop(self, *emoneys: int) -> int:
        """A new shop that takes the emoneys."""
        shop_id = fresh_id()
        api.open_shop(self.connection, issuer_id=self.issuer_id, shop_id=shop_id)
        for emoney_id in emoneys:
            api.start_acceptance(
                self.connection, issuer_id=self.issuer_id, emoney_id=emoney_id, shop_id=shop_id
            )
        return shop_id

    def wallet(self) -> int:
        """A new empty wallet."""
        return api.open_wallets(self.connection, issuer_id=self.issuer_id, kind="resident")[0]

    def device(self, wallet: int) -> int:
        """A new device of a wallet."""
        device_id = fresh_device()
        api.open_device(
            self.connection, issuer_id=self.issuer_id, wallet_id=wallet, device_id=device_id
        )
        return device_id

    def now(self) -> datetime:
        """The ledger's clock."""
        return api.now(self.connection)

    def in_days(self, days: float) -> datetime:
        """A time so many days from now."""
        return self.now() + timedelta(days=days)

    def try_issue(
        self, wallet: int, *lots: tuple[int, int, datetime | None], key: str | None = None
    ) -> api.IssueOutcome:
        """Make lots of (emoney, yen, expiry)."""
        request = api.Request.of("test:staff", key or self.key(), wallet, lots)
        made = tuple(api.NewLot(*lot) for lot in lots)
        issue = api.Issue(request, self.issuer_id, wallet, made)
        return api.issue_set(self.connection, [issue])[0]

    def issue(self, wallet: int, emoney: int, amount: int, expiry: datetime | None = None) -> int:
        """Make one lot; returns its id."""
        outcome = self.try_issue(wallet, (emoney, amount, expiry))
        assert outcome.outcome == "issued"
        assert outcome.seq is not None
        made = api.entry(self.connection, self.issuer_id, wallet, outcome.seq)
        assert made is not None
        return made.lines[0].lot_id

    def payment(
        self,
        wallet: int,
        shop: int,
        amount: int,
        *,
        key: str | None = None,
        device: int | None = None,
        step: int | None = None,
    ) -> api.Payment:
        """A payment to be decided."""
        request = api.Request.of(f"test:shop:{shop}", key or self.key(), wallet, amount)
        return api.Payment(request, self.issuer_id, shop, wallet, amount, device, step)

    def pay(
        self,
        wallet: int,
        shop: int,
        amount: int,
        *,
        key: str | None = None,
        device: int | None = None,
        step: int | None = None,
    ) -> api.PaymentOutcome:
        """Pay with whatever outcome."""
        payment = self.payment(wallet, shop, amount, key=key, device=device, step=step)
        return self.way(self.connection, payment)

    def paid(self, wallet: int, shop: int, amount: int) -> str:
        """Pay with success; returns the 決済ID."""
        outcome = self.pay(wallet, shop, amount)
        assert outcome.outcome == "paid"
        assert outcome.number is not None
        return outcome.number

    def refund(
        self,
        number: str,
        amount: int | None = None,
        *,
        key: str | None = None,
        shop: int | None = None,
    ) -> api.RefundOutcome:
        """Give a payment back."""
        request = api.Request.of("test:staff", key or self.key(), number, amount)
        refund = api.Refund(request, self.issuer_id, number, amount, shop)
        return api.refund(self.connection, refund)

    def reversal(
        self, wallet: int, seq: int, *, key: str | None = None, only_unspent: bool = False
    ) -> api.Reversal:
        """An issue to be taken back."""
        request = api.Request.of("test:staff", key or self.key(), wallet, seq, only_unspent)
        return api.Reversal(request, self.issuer_id, wallet, seq, only_unspent, "不審請求")

    def reverse(
        self, wallet: int, seq: int, *, key: str | None = None, only_unspent: bool = False
    ) -> api.ReversalOutcome:
        """Take an issue back."""
        reversal = self.reversal(wallet, seq, key=key, only_unspent=only_unspent)
        return api.reverse_issue(self.connection, reversal)

    def reinstate(
        self, wallet: int, seq: int, *, key: str | None = None
    ) -> api.ReinstatementOutcome:
        """Have a reversed issue count again."""
        request = api.Request.of("test:staff", key or self.key(), wallet, seq)
        again = api.Reinstatement(request, self.issuer_id, wallet, seq)
        return api.reinstate_issue(self.connection, again)

    def transfer(
        self, source: int, target: int, *, key: str | None = None, even_frozen: bool = False
    ) -> api.TransferOutcome:
        """Move a wallet's content."""
        return api.transfer(
            self.connection,
            request=api.Request.of("test:staff", key or self.key(), source, target),
            issuer_id=self.issuer_id,
            source=source,
            target=target,
            even_frozen=even_frozen,
        )

    def change(self, change: StateChange, wallet: int) -> str:
        """Freeze, unfreeze or close a wallet."""
        return api.change_state(
            self.connection,
            change,
            request=api.Request.of("test:staff", self.key(), wallet),
            issuer_id=self.issuer_id,
            wallet_id=wallet,
            reason="紛失",
        ).outcome

    def held(self, wallet: int) -> int:
        """Living yen of a wallet."""
        return sum(b.amount for b in api.balances(self.connection, self.issuer_id, wallet))

    def lots(self, wallet: int) -> dict[int, int]:
        """Living lots of a wallet and their balances."""
        return {
            lot.lot_id: lot.balance for lot in api.lots(self.connection, self.issuer_id, wallet)
        }

    def kinds(self, wallet: int) -> list[str]:
        """What happened to a wallet, in order."""
        entries = api.history(self.connection, self.issuer_id, wallet, limit=1000)
        return [entry.kind for entry in reversed(entries)]

    @staticmethod
    def key() -> str:
        """A fresh idempotency key."""
        return secrets.token_hex(12)


def used(outcome: api.PaymentOutcome) -> list[tuple[int, int]]:
    """Which lots a payment took from, in order, and how much."""
    return [(use.lot_id, use.amount) for use in outcome.uses]


def rows_of(connection: psycopg.Connection, *wallets: int) -> dict[str, list[object]]:
    """Every row of these wallets, and all requests of tests that have no wallet (yet)."""
    found: dict[str, list[object]] = {}
    for table in TABLES:
        orphans = "wallet_id is null and actor like 'test:%'" if table == "request" else "false"
        query = sql.SQL(
            "select to_jsonb(t)::text from ledger.{} as t"
            " where wallet_id = any ({}) or {} order by 1"
        ).format(sql.Identifier(table), sql.Literal(list(wallets)), sql.SQL(orphans))
        found[table] = [row[0] for row in connection.execute(query).fetchall()]
    return found
