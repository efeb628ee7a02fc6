"""Adjustments that two people decided."""

import secrets
from datetime import date

from hansatsu.flows.settlement import adjustments
from hansatsu.flows.settlement.adjustments import Proposal
from hansatsu.flows.settlement.models import AdjustmentKind
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from tests.support.settling import Settling, deed_of


def adjust(
    settling: Settling, kind: AdjustmentKind, yen: int, received_on: date | None = None
) -> bool:
    """Propose and approve that the town's shop gets ``yen`` more; False when that cannot be."""
    one, other = settling.clerk("申請 係"), settling.clerk("承認 係")
    proposal = Proposal(kind, settling.town.shop, yen, received_on=received_on)
    made = adjustments.propose(
        deed_of(one), one, proposal, key=secrets.token_hex(8), today=in_japan(clock.now()).date()
    )
    if made.adjustment is None:
        return False
    return adjustments.approve(deed_of(other), other, made.adjustment) == ""
