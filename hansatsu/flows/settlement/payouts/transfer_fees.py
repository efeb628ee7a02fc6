"""What the bank takes for a transfer, by the rules of the issuer."""

from hansatsu.flows.settlement.models import FeeBearer, SettlementRules


def fee_of_shop(rules: SettlementRules, yen: int, bank: str) -> int:
    """Yen that a shop bears of a transfer of ``yen`` to an account at ``bank``: what its band says
    where shops bear fees, nothing otherwise. A band begins at ``from_yen``."""
    if rules.fee_bearer != FeeBearer.SHOP:
        return 0
    which = "same_bank" if bank == rules.own_bank else "other_bank"
    fees = [int(band[which]) for band in rules.transfer_fees if int(band["from_yen"]) <= yen]
    return fees[-1] if fees else 0
