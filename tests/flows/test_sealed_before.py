"""Texts that stood in addresses and QR codes before there was one class of them: they still open,
and what is sealed now is written as it was then, but for refunds, which tell more now (ADR 0233).

They were made by the code of commit b5cc5cd under ``KEY``, when its clock showed ``SEALED_AT``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import override_settings

from hansatsu.flows.payments.poster_intents import POSTER_TOKENS, Intent
from hansatsu.flows.payments.refund_intents import REFUND_TOKENS, RefundIntent
from hansatsu.flows.payments.till import TILL_TOKENS, TillIntent
from hansatsu.flows.payments.till_requests import REQUEST_TOKENS, Requested
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.tokens import FOUND_TOKENS, FoundBy, seal, unseal
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.seals.tokens import SealedToken

KEY = "a-fixed-key-of-a-test-012345678901234567890123456789"
SEALED_AT = datetime.fromtimestamp(1_790_000_000, UTC)
PURCHASE = "k" * 22
NUMBER = "OEM2023030001" + "2" * 20

OWN = (
    "eyJyZXNpZGVudCI6Nywic2hvcCI6MTEsImFtb3VudCI6MTUwMCwia2V5Ijoia2tra2tra2tra2tr"
    "a2tra2tra2trayIsInRlcm1pbmFsIjpudWxsfQ:1x8elk:ijIx83um6QIYWvg172Xo9tT90mzb9g"
    "s9_VAwsgKgkY4"
)
ASKED_FOR = (
    "eyJyZXNpZGVudCI6Nywic2hvcCI6MTEsImFtb3VudCI6MTUwMCwia2V5IjoiYXNrLWFiYyIsInRl"
    "cm1pbmFsIjo1fQ:1x8elk:5St-zlIqjIjpQk93425WxeKTnEPWV1GQb7b0MKi8xAA"
)
REQUEST = (
    "WzUsMTEsNDAwLCJhc2stMDEyMzQ1Njc4OWFiY2RlZiJd:1x8elk:0tQMIr8lGdFvtZ9HrJifkfYf"
    "Fz6pvgCyJ1BNDJbak2U"
)
CARD = (
    "eyJ0ZXJtaW5hbCI6NSwic3RhZmYiOjMsIndhbGxldCI6OSwiZGV2aWNlIjpudWxsLCJzdGVwIjpu"
    "dWxsLCJhbW91bnQiOjgwMCwia2V5Ijoia2tra2tra2tra2tra2tra2tra2tray0wYTFiIiwiaGlu"
    "dCI6Ilx1MzBhYlx1MzBmY1x1MzBjOSBcdTIwMjYxMjM0In0:1x8elk:014_nwm0ZxTumDEuePGFy"
    "TEyoDFPv_AoEpkAqgtPYws"
)
CODE = (
    "eyJ0ZXJtaW5hbCI6NSwic3RhZmYiOjMsIndhbGxldCI6OSwiZGV2aWNlIjoyMSwic3RlcCI6NTgw"
    "MDAwMDEsImFtb3VudCI6ODAwLCJrZXkiOiJra2tra2tra2tra2tra2tra2tra2trLTBhMWIiLCJo"
    "aW50IjoiMTIzNCJ9:1x8elk:MDwuksIwaJwBrT_rAgYpL3wBGMplfzQ6qjx3lsyNIFo"
)
LONG_REFUND = (
    ".eJztkjsOgzAQRO8ytYv1D8XuU0a5gBtHGEVC2BHGBYpy9yxUFByBKUaj0dut5ou6xGGA1wL1XT7"
    "wUgrkNr3SDI_n_aFIadJEJNWJIBCn0vLCH4gE5hRryXwZmpO9ZL-ZPjRNXQqtU1bveeut4-zI2q0"
    "x5uIv_sjzsMa08pDGU-H3B4MExt8:1x8elk:lp_JXwBoObWNk34WUeSnsX0GpHPA_ouM17jhVsoL"
    "mSs"
)
REFUND = (
    ".eJyrViouSUxLU7Iy1lEqzsgvULIyNNRRyivNTUotUrJS8nf1NTIwMjYwNjAwMDTCApR0lBJz80v"
    "zSoAmGBjoKBWlJhbn5wF1xpRaJCaaAKWzUyuB3GysQKkWAMrZJV4:1x8elk:7YM9XSXM2KxxwI8O"
    "XizGoayc7P7gkULRmX1O0BwBtJY"
)
REFUND_NOW = (
    ".eJyrViouSUxLU7Iy1lEqzsgvULIyNNRRyivNTUotUrJS8nf1NTIwMjYwNjAwMDTCApR0lBJz80v"
    "zSoAmGBjoKBWlJhbn5wF1xpRaJCaaAKWzUyuB3GysACidk5oG1GtoamBQCwCeJih5:1x8elk:K7Z"
    "wcmxnNK1nZdo9semeNXWWcxlPlX_xbMMa4MVw7MA"
)
GIFT = "WzcsImdpZnQiLDEyXQ:1x8elk:I0UQV195dESra8rPiPeZ_MnqG_UBor8ithuQ2dOe_uM"

TEXTS: list[tuple[SealedToken[Any], str, object]] = [
    (POSTER_TOKENS, OWN, Intent(7, 11, 1500, PURCHASE)),
    (POSTER_TOKENS, ASKED_FOR, Intent(7, 11, 1500, "ask-abc", 5)),
    (REQUEST_TOKENS, REQUEST, Requested(5, 11, 400, "ask-0123456789abcdef")),
    (
        TILL_TOKENS,
        CARD,
        TillIntent(5, 3, 9, None, None, 800, f"{PURCHASE}-0a1b", "カード …1234"),
    ),
    (TILL_TOKENS, CODE, TillIntent(5, 3, 9, 21, 58000001, 800, f"{PURCHASE}-0a1b", "1234")),
    (
        REFUND_TOKENS,
        LONG_REFUND,
        RefundIntent(3, 11, NUMBER, 300, "金額の打ち間違い" * 12, PURCHASE),
    ),
    (REFUND_TOKENS, REFUND, RefundIntent(3, 11, NUMBER, 300, "誤", PURCHASE)),
    (REFUND_TOKENS, REFUND_NOW, RefundIntent(3, 11, NUMBER, 300, "誤", PURCHASE, 1500)),
    (FOUND_TOKENS, GIFT, FoundBy(7, "gift", 12)),
]


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("hansatsu.parties.seals.tokens.now", lambda: SEALED_AT)
    with override_settings(SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=[]):
        yield


@pytest.mark.parametrize(("kind", "text", "value"), TEXTS)
def test_what_was_sealed_before_opens(kind: SealedToken[Any], text: str, value: object) -> None:
    opened = kind.open(text)
    assert opened is not None
    assert (opened.value, opened.sealed_at, opened.is_fresh()) == (value, SEALED_AT, True)


@pytest.mark.parametrize(("kind", "text", "value"), TEXTS)
def test_it_is_sealed_now_as_it_was(kind: SealedToken[Any], text: str, value: object) -> None:
    if text not in (REFUND, LONG_REFUND):
        assert kind.seal(value) == text


def test_what_a_resident_found_before_is_theirs() -> None:
    resident, other = (cast("Resident", SimpleNamespace(pk=each)) for each in (7, 8))
    assert unseal(resident, GIFT) == Found("gift", 12)
    assert unseal(other, GIFT) is None
    assert seal(resident, Found("gift", 12)) == GIFT
