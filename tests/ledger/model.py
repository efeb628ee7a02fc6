"""What the ledger promises, in plain Python: the machine of test_properties compares the two."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

NO_ISSUE = -1
"""What a lot came of that a correction made."""


@dataclass
class ModelLot:
    """Value of one emoney; `root` is shared by successors, `issue` by all that came of one.
    `taken` is what its issue's reversal took of it."""

    id: int
    root: int
    issue: int
    emoney: int
    face: int
    balance: int
    expires_at: datetime | None
    swept: bool = False
    taken: int = 0

    def dead(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def spend_order(self) -> tuple[bool, float, int, int]:
        expiry = 0.0 if self.expires_at is None else self.expires_at.timestamp()
        return self.expires_at is None, expiry, self.balance, self.id


@dataclass
class ModelWallet:
    """Lots, the yen spent on one day, and a device with its last spent step."""

    state: str = "open"
    last_step: int = -1
    revoked: bool = False
    lots: list[ModelLot] = field(default_factory=list)
    moved_to: int | None = None
    day: int = -1
    spent: int = 0


@dataclass
class ModelIssue:
    """Value that came into being in one wallet; `wallet` is where it came first."""

    wallet: int
    total: int
    reversed: bool = False


@dataclass
class ModelPayment:
    """What a payment took from the lots of each root, in order of use."""

    wallet: int
    shop: int
    day: int
    used: dict[int, int]
    returned: dict[int, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return sum(self.used.values()) - sum(self.returned.values())


@dataclass
class Model:
    """A town. Amounts are valid; ids are places in lists."""

    wallets: list[ModelWallet]
    acceptance: list[set[int]]
    per_payment: int
    per_day: int
    holding: int
    grace: timedelta
    now: datetime
    day: int = 0
    payments: list[ModelPayment] = field(default_factory=list)
    issues: list[ModelIssue] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def living(self, wallet: int) -> list[ModelLot]:
        """Living lots with a balance in spend order."""
        lots = [lot for lot in self.wallets[wallet].lots if lot.balance and not lot.dead(self.now)]
        return sorted(lots, key=lambda lot: lot.spend_order)

    def held(self, *wallets: int) -> int:
        return sum(lot.balance for wallet in wallets for lot in self.living(wallet))

    def issue(self, wallet: int, lots: list[tuple[int, int, datetime | None]]) -> str:
        if self.wallets[wallet].state == "closed":
            return "closed"
        if self.held(wallet) + sum(amount for _, amount, _ in lots) > self.holding:
            return "over_limit"
        self.issues.append(ModelIssue(wallet, sum(amount for _, amount, _ in lots)))
        for emoney, amount, expires_at in lots:
            self._new_lot(wallet, None, len(self.issues) - 1, emoney, amount, expires_at)
        return "issued"

    def correct_up(self, wallet: int, emoney: int, amount: int, expires_at: datetime | None) -> str:
        if self.wallets[wallet].state == "closed":
            return "closed"
        if self.held(wallet) + amount > self.holding:
            return "over_limit"
        self._new_lot(wallet, None, NO_ISSUE, emoney, amount, expires_at)
        return "corrected"

    def correct_down(self, wallet: int, place: int, amount: int) -> str:
        lot = self.wallets[wallet].lots[place]
        if self.wallets[wallet].state == "closed":
            return "closed"
        if lot.dead(self.now):
            return "expired"
        if lot.balance < amount:
            return "insufficient"
        lot.balance -= amount
        return "corrected"

    def reverse(self, place: int, *, only_unspent: bool) -> str:
        issue = self.issues[place]
        wallet = self._last(issue.wallet)
        lots = [lot for lot in self.wallets[wallet].lots if lot.issue == place]
        living = sum(lot.balance for lot in lots if not lot.dead(self.now))
        if issue.reversed:
            return "already_reversed"
        if only_unspent and living < issue.total:
            return "spent"
        self._expire(wallet)
        for lot in lots:
            lot.taken, lot.balance = lot.balance, 0
        issue.reversed = True
        return "reversed"

    def reinstate(self, place: int) -> str:
        issue = self.issues[place]
        wallet = self._last(issue.wallet)
        if not issue.reversed:
            return "not_reversed"
        if self.wallets[wallet].state == "closed":
            return "closed"
        for lot in self.wallets[wallet].lots:
            if lot.issue == place:
                lot.balance, lot.taken = lot.taken, 0
        issue.reversed = False
        self._expire(wallet)
        return "reinstated"

    @property
    def step(self) -> int:
        """The step of pay codes that begins now."""
        return int(self.now.timestamp()) // 30

    def pay_with_code(self, wallet: int, shop: int, amount: int, ago: int) -> str:
        """With the code that began ``ago`` steps before this one."""
        payer, step = self.wallets[wallet], self.step - ago
        if payer.revoked or ago < -2:
            return "unknown"
        if ago >= 10:
            return "code_expired"
        if step <= payer.last_step:
            return "code_used"
        outcome = self.pay(wallet, shop, amount)
        if outcome == "paid":
            payer.last_step = step
        return outcome

    def pay(self, wallet: int, shop: int, amount: int) -> str:
        payer = self.wallets[wallet]
        if payer.state != "open":
            return "frozen"
        taken = [lot for lot in self.living(wallet) if lot.emoney in self.acceptance[shop]]
        available = sum(lot.balance for lot in taken)
        spent = payer.spent if payer.day == self.day else 0
        if available == 0 and (self.held(wallet) > 0 or not self.acceptance[shop]):
            return "not_accepted"
        if amount > self.per_payment or spent + amount > self.per_day:
            return "over_limit"
        if available < amount:
            died = any(lot.dead(self.now) and (lot.balance or lot.swept) for lot in payer.lots)
            return "expired" if available == 0 and died else "insufficient"
        used: dict[int, int] = {}
        rest = amount
        for lot in taken:
            part = min(lot.balance, rest)
            if part == 0:
                break
            lot.balance -= part
            rest -= part
            used[lot.root] = used.get(lot.root, 0) + part
        payer.day, payer.spent = self.day, spent + amount
        self.payments.append(ModelPayment(wallet, shop, self.day, used))
        return "paid"

    def refund(self, place: int, amount: int | None, at: datetime | None) -> str:
        payment = self.payments[place]
        wallet = self._last(payment.wallet)
        taker = self.wallets[wallet]
        if taker.state == "closed":
            return "closed"
        if payment.left == 0:
            return "already_refunded"
        rest = payment.left if amount is None else amount
        if rest > payment.left:
            return "refund_exceeds_payment"
        if payment.day == taker.day == self.day:
            taker.spent = max(0, taker.spent - rest)
        for root in reversed(payment.used):
            part = min(rest, payment.used[root] - payment.returned.get(root, 0))
            if part == 0:
                continue
            rest -= part
            payment.returned[root] = payment.returned.get(root, 0) + part
            lot = min((x for x in taker.lots if x.root == root), key=lambda x: x.id)
            if lot.dead(self.now) and self.grace:
                expires_at = (at or self.now) + self.grace
                lot = self._new_lot(wallet, None, lot.issue, lot.emoney, part, expires_at)
            else:
                lot.balance += part
            if lot.issue != NO_ISSUE and self.issues[lot.issue].reversed:
                lot.taken += 0 if lot.dead(self.now) else part
                lot.balance = 0
        self._expire(wallet)
        return "refunded"

    def transfer(self, source: int, target: int, *, even_frozen: bool) -> str:
        giver, taker = self.wallets[source], self.wallets[target]
        if source == target:
            return "unknown"
        if "closed" in (giver.state, taker.state):
            return "closed"
        if giver.state == "frozen" and not even_frozen:
            return "frozen"
        if self.held(source, target) > self.holding:
            return "over_limit"
        self._expire(source)
        for lot in sorted(giver.lots, key=lambda lot: lot.id):
            taker.lots.append(replace(lot, id=self._next_id()))
            lot.balance = lot.taken = 0
        if giver.day > taker.day:
            taker.day, taker.spent = giver.day, giver.spent
        elif giver.day == taker.day:
            taker.spent += giver.spent
        giver.state, giver.moved_to = "closed", target
        return "transferred"

    def change(self, change: str, wallet: int) -> str:
        changed = self.wallets[wallet]
        if changed.state != ("frozen" if change == "unfreeze" else "open"):
            return "unchanged"
        if change == "close" and any(lot.balance for lot in changed.lots):
            return "not_empty"
        changed.state = {"freeze": "frozen", "unfreeze": "open", "close": "closed"}[change]
        return "done"

    def sweep(self) -> None:
        for wallet in range(len(self.wallets)):
            self._expire(wallet)

    def _expire(self, wallet: int) -> None:
        for lot in self.wallets[wallet].lots:
            if lot.dead(self.now):
                lot.balance, lot.swept = 0, True

    def _last(self, wallet: int) -> int:
        """Where a wallet's value is now."""
        while (moved_to := self.wallets[wallet].moved_to) is not None:
            wallet = moved_to
        return wallet

    def _new_lot(
        self,
        wallet: int,
        root: int | None,
        issue: int,
        emoney: int,
        amount: int,
        expires_at: datetime | None,
    ) -> ModelLot:
        id_ = self._next_id()
        lot = ModelLot(id_, root or id_, issue, emoney, amount, amount, expires_at)
        self.wallets[wallet].lots.append(lot)
        return lot

    def _next_id(self) -> int:
        return next(self.ids)
