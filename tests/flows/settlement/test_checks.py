"""hansatsu verify holds closings against the ledger: what is changed by hand is named."""

import pytest

from hansatsu.flows.settlement.models import FeeClass, ShopFeeClass
from hansatsu.ledger.checks import checks_in_order
from tests.support.by_hand import found_by
from tests.support.check_folders import check_folder
from tests.support.frozen_clock import FrozenClock
from tests.support.settling import Settling, adjusted, begin

FOLDER = check_folder("flows/settlement")
NAMES = [path.stem for path in checks_in_order([FOLDER])]
ACCOUNT, CHAIN, LEAVES = (
    "70_statements_are_the_shops_account",
    "71_closings_follow_each_other",
    "72_leaves_are_the_statements",
)


@pytest.fixture(scope="module")
def closed(months: FrozenClock) -> Settling:
    """Two months of a shop with a fee, a refund, and an adjustment in the second."""
    settling = begin(months)
    issuer, shop = settling.town.issuer, settling.town.shop
    fee_class = FeeClass.objects.create(issuer=issuer, name="会員", basis_points=150, fixed=3)
    ShopFeeClass.objects.create(
        issuer=issuer, shop=shop, fee_class=fee_class, from_day="2026-03-01"
    )
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    settling.at("2026-04-05 12:00:00")
    settling.town.refund(number, 500)
    settling.pay(3_000)
    adjusted(settling, shop, 250)
    settling.at("2026-05-01 00:00:05")
    settling.close()
    return settling


def named(closed: Settling, check: str, *statements: str, unguarded: tuple[str, ...]) -> list[str]:
    path = FOLDER / f"{check}.sql"
    return found_by(path, closed.clock.owner, *statements, unguarded=unguarded)


@pytest.mark.parametrize("check", [ACCOUNT, CHAIN, LEAVES])
def test_nothing_is_wrong_before(closed: Settling, check: str) -> None:
    assert check in NAMES
    assert named(closed, check, unguarded=()) == []


STATEMENT, LINE, CLOSING = "settlement_statement", "settlement_statementline", "settlement_closing"
PAYABLE, ADJUSTED = "settlement_payable", "settlement_adjustmentline"
HERE = "shop_id = {shop} and id = {last}"
"""The shop's second statement."""


@pytest.mark.parametrize(
    ("check", "change", "said"),
    [
        (ACCOUNT, f"update {STATEMENT} set payments = payments + 1, payout = payout + 1"
         f" where {HERE}", "it says 3001 yen in 1 payments"),
        (ACCOUNT, f"update {STATEMENT} set refund_count = 2 where {HERE}", "in 2 refunds"),
        (ACCOUNT, f"update {LINE} set amount = amount + 1 where kind = 'refund'"
         " and statement_id = {last}", "its lines say 501 yen"),
        (ACCOUNT, f"delete from {LINE} where kind = 'payment' and statement_id = {{last}}",
         "the ledger says 3000"),
        (ACCOUNT, f"insert into {LINE} (issuer_id, statement_id, kind, emoney_id, fee_class_id,"
         " about, count, base, amount) select issuer_id, statement_id, kind, emoney_id,"
         f" fee_class_id, about, count, base, amount from {LINE} where kind = 'payment'"
         " and statement_id = {last}", "its lines say 6000 yen"),
        (ACCOUNT, f"update {LINE} set amount = 251 where kind = 'adjustment'"
         " and statement_id = {last}", "its lines say 251"),
        (ACCOUNT, f"update {LINE} set amount = 1 where kind = 'fee' and statement_id = {{last}}",
         "of fees"),
        (ACCOUNT, f"update {LINE} set base = base - 100 where kind = 'fee'"
         " and statement_id = {last}", "is on 2400 yen, taken were 2500"),
        (ACCOUNT, "delete from settlement_shopfeeclass where shop_id = {shop}", "taken were 0"),
        (CHAIN, f"update {LINE} set amount = amount - 1 where kind = 'fee'"
         " and statement_id = {last}", "on 2500 yen and 1 payments is not 39"),
        (CHAIN, f"update {LINE} set count = 2, kind = 'on_demand' where kind = 'fee'"
         " and statement_id = {last}", "on 2500 yen and 2 payouts"),
        (CHAIN, "update settlement_adjustment set kind = 'wrong_shop', payment_number = 'X'"
         f" where issuer_id = {{issuer}}; update {ADJUSTED} set yen = -250"
         " where shop_id = {shop}", "payment X: 250 yen of it were moved away"),
        (CHAIN, f"update {CLOSING} set number = 7 where issuer_id = {{issuer}} and number = 2",
         "it follows closing 1"),
        (CHAIN, f"update {CLOSING} set previous_hash = '' where issuer_id = {{issuer}}"
         " and number = 2", "does not follow the hash"),
        (CHAIN, f"update {CLOSING} set payments = payments + 1, payout = payout + 1"
         " where issuer_id = {issuer} and number = 2", "not the sum of its statements"),
        (CHAIN, f"update {CLOSING} set cut_at = cut_at + interval '1 day'"
         " where issuer_id = {issuer} and number = 2", "its closing at"),
        (CHAIN, f"update {STATEMENT} set opening = -1, payout = payout - 1 where {HERE}",
         "it opens with -1 yen"),
        (CHAIN, f"update {STATEMENT} set tax = tax + 1, payout = payout - 1 where {HERE}",
         "the tax on"),
        (CHAIN, f"update {PAYABLE} set yen = yen + 1 where statement_id = {{last}}", "owed are"),
        (CHAIN, f"delete from {PAYABLE} where statement_id = {{last}}", "owed are none"),
        (CHAIN, f"update {PAYABLE} set shop_id = {{other}} where statement_id = {{last}}",
         "to shop"),
        (CHAIN, f"update {ADJUSTED} set yen = 300 where shop_id = {{shop}}", "do not say so"),
        (CHAIN, f"update {ADJUSTED} set statement_id = null where shop_id = {{shop}}",
         "is none of its shop's"),
        (CHAIN, "update settlement_adjustment set state = 'declined'"
         " where issuer_id = {issuer}", "do not say so"),
        (CHAIN, "update settlement_adjustment set kind = 'wrong_shop'"
         " where issuer_id = {issuer}", "moves a payment"),
        (LEAVES, f"update {STATEMENT} set salt = '\\x00' where {HERE}", "its leaf"),
        (LEAVES, f"update {LINE} set count = count + 1 where statement_id = {{last}}"
         " and kind = 'fee'", "its leaf"),
        (LEAVES, f"update {CLOSING} set pay_on = pay_on + 1 where issuer_id = {{issuer}}"
         " and number = 2", "its hash"),
        (LEAVES, f"update {CLOSING} set root = '\\x00' where issuer_id = {{issuer}}"
         " and number = 2", "its hash"),
    ],
)  # fmt: skip
def test_what_is_changed_is_named(closed: Settling, check: str, change: str, said: str) -> None:
    town = closed.town
    places = {
        "shop": town.shop.pk,
        "other": town.large_shop.pk,
        "issuer": town.issuer.pk,
        "last": closed.last().pk,
    }
    guarded = (STATEMENT, LINE, CLOSING, PAYABLE, ADJUSTED, "settlement_adjustment")
    found = named(closed, check, change.format(**places), unguarded=guarded)
    assert any(said in row for row in found), found


def test_a_range_that_is_left_out_is_named(closed: Settling) -> None:
    """The database refuses it; without its constraints the check does."""
    found = named(
        closed,
        CHAIN,
        f"alter table {STATEMENT} drop constraint statement_follows",
        f"update {STATEMENT} set starts_at = starts_at + interval '1 hour'"
        f" where id = {closed.last().pk}",
        unguarded=(STATEMENT,),
    )
    assert any("the one before ends at" in row for row in found), found
