"""How the ledger's functions end: a Literal a function, so that the type checker holds a reader of
an outcome to each.

Four come back from each change under an idempotency key: the change itself; ``replayed`` (the
same key and content: the stored success); ``key_conflict`` (the key with other content);
``cancelled`` (the key was cancelled before). All but the first two have changed nothing.
``unknown`` is what is not this issuer's. tests/ledger/test_outcomes.py holds them against the SQL
functions.
"""

from typing import Literal

PaymentResult = Literal[
    "paid",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "try_again",
    "duplicate_reference",
    "code_expired",
    "code_used",
    "frozen",
    "not_accepted",
    "over_limit",
    "expired",
    "insufficient",
]
"""Of ``pay_set``, ``pay`` and ``rehearse``; the first that applies. ``cancelled``: also when its
payment was made and given back. ``unknown``: wallet, shop or device, or the code is of a step
that has not come. ``try_again``: another transaction holds key, wallet or shop, or the wallet is
ahead of the clock. ``duplicate_reference``: paid before under another key. ``not_accepted``: the
shop takes nothing, or nothing that is alive here. ``expired``: what the shop would take is dead."""

IssueResult = Literal[
    "issued", "replayed", "key_conflict", "cancelled", "unknown", "closed", "over_limit", "expired"
]
"""Of ``issue_set``. ``unknown``: wallet or emoney. ``closed``: the wallet is. ``over_limit``: the
wallet would hold more than its issuer allows. ``expired``: a lot would be born dead."""

RefundResult = Literal[
    "refunded",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "closed",
    "already_refunded",
    "refund_exceeds_payment",
]
"""Of ``refund``. ``unknown``: no such payment of this issuer, or of this shop. ``closed``: the
wallet was closed and moved nowhere. ``already_refunded``: nothing is left of it.
``refund_exceeds_payment``: less is left."""

ReversalResult = Literal[
    "reversed", "replayed", "key_conflict", "cancelled", "unknown", "already_reversed", "spent"
]
"""Of ``reverse_issue``. ``unknown``: no such issue. ``spent``: some of it is gone, and
``only_unspent`` was asked for."""

ReinstatementResult = Literal[
    "reinstated", "replayed", "key_conflict", "cancelled", "unknown", "not_reversed", "closed"
]
"""Of ``reinstate_issue``. ``unknown``: no such issue. ``closed``: the wallet was closed and moved
nowhere."""

CorrectionResult = Literal[
    "corrected",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "closed",
    "expired",
    "insufficient",
    "over_limit",
]
"""Of ``correct``. ``unknown``: wallet, lot or emoney, or the amount is nothing. ``expired``: the
lot is dead, or would be born dead. ``insufficient``: the lot holds less. ``over_limit``: as of an
issue."""

CancelResult = Literal["cancelled", "done", "given_back"]
"""Of ``cancel``. ``cancelled``: nothing had happened and nothing will. ``done``: it had
succeeded, and stands. ``given_back``: it had, and was a payment that ``cancel_payment`` has given
back."""

CancelPaymentResult = Literal[
    "cancelled", "refunded", "other_terminal", "too_late", "closed", "other"
]
"""Of ``cancel_payment``; only the first two change anything. ``cancelled``: nothing had happened
and nothing will. ``refunded``: it was made, and all of it is given back, now or before.
``other_terminal``: the maker does not know the key, but another maker at the shop paid under it.
``too_late``: it was made before ``since``. ``closed``: its wallet was closed and moved nowhere.
``other``: the key is of something else than a payment at this shop."""

TransferResult = Literal[
    "transferred",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "closed",
    "over_limit",
    "frozen",
]
"""Of ``transfer``. ``unknown`` and ``closed``: either wallet. ``over_limit``: of the target.
``frozen``: the source, unless ``even_frozen``."""

StateResult = Literal[
    "done", "replayed", "key_conflict", "cancelled", "unknown", "unchanged", "not_empty"
]
"""Of ``change_state``. ``unchanged``: it is so already, or it is closed for ever. ``not_empty``:
only an empty wallet is closed."""

MoveExpiryResult = Literal[
    "moved",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "closed",
    "expired",
    "not_later",
    "exempt",
]
"""Of ``move_expiry``. ``not_later``: it never dies, or not before that. ``exempt``: it would
outlive six months from its legal issue date, and with it its issuer's exemption."""

UnexpireResult = Literal[
    "unexpired",
    "replayed",
    "key_conflict",
    "cancelled",
    "unknown",
    "already",
    "closed",
    "reversed",
    "not_later",
    "exempt",
]
"""Of ``unexpire``. ``already``: this 失効 was taken back. ``reversed``: the issue of one of its
lots was taken back. ``not_later``: the lots would be dead, or die sooner than they do now."""
