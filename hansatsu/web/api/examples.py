"""What the document shows: one purchase, from code to refund."""

PART = {"lot": "N7af****7AV9****", "emoney": "全店共通", "amount": 1250}
ORDER = {"code": "90012345678123456783", "amount": 1250, "reference": "till-7-000123"}
PAID = {
    "id": "OEM202303010120260401000000004711",
    "status": "paid",
    "amount": 1250,
    "shop": "S0001",
    "reference": "till-7-000123",
    "paid_at": "2026-04-01T03:04:05.678901Z",
    "uses": [PART],
}
REFUND = {
    "id": "OEM202303010120260401000000004711-20260401120911250",
    "payment": PAID["id"],
    "amount": 250,
    "refunded_at": "2026-04-01T03:09:11.250000Z",
    "restores": [PART | {"amount": 250}],
    "expired": 0,
}
REFUNDS = {"items": [REFUND], "next_cursor": None}
PAYMENT = PAID | {"refunds": [REFUND], "refundable": 1000}
PAYMENTS = {"items": [PAYMENT], "next_cursor": None}
SUMS = {
    "payments": {"count": 3, "amount": 2080},
    "refunds": {"count": 1, "amount": 250},
    "net": 1830,
}
TOTALS = {
    "date": "2026-04-01",
    **SUMS,
    "by_emoney": [{"emoney": "全店共通", **SUMS}],
    "by_terminal": [{"terminal": "レジ7", **SUMS}],
}
SHOP = {
    "code": "S0001",
    "name": "天王洲飯店 リバーサイド店",
    "issuer": "OEM202303",
    "takes": ["全店共通", "中小店舗限定"],
    "code_prefixes": ["9001", "C"],
}
INQUIRED = {
    "balance": 5000,
    "usable_here": 5000,
    "lots": [
        {
            "lot": "N7af****7AV9****",
            "emoney": "全店共通",
            "balance": 5000,
            "expires_on": "2026-09-30",
        }
    ],
}
CARD = {"code": "C7K2M9XQ4TB3W8ZR5"}
SETTLEMENT_LINE = {
    "kind": "payment",
    "name": "全店共通",
    "count": 312,
    "base": None,
    "amount": 428000,
    "reason": None,
    "payment": None,
}
SETTLEMENT_LEAF = "7d0c93f2a4be6158c1d97e30ab52f4860f6b1c8e2d35a79480e1b64cf7295da3"
SETTLEMENT = {
    "id": "0012-S0001",
    "closing": 12,
    "kind": "regular",
    "shop": "S0001",
    "first_day": "2026-03-01",
    "last_day": "2026-03-31",
    "starts_at": "2026-02-28T15:00:00.000000Z",
    "ends_at": "2026-03-31T15:00:00.000000Z",
    "opening": 0,
    "payments": {"count": 312, "amount": 428000},
    "refunds": {"count": 2, "amount": 3000},
    "adjustments": 0,
    "fee": 4250,
    "tax": 425,
    "tax_rate": 1000,
    "payout": 420325,
    "carry": 0,
    "state": "waiting",
    "pay_on": "2026-04-30",
    "paid_at": None,
    "lines": [
        SETTLEMENT_LINE,
        SETTLEMENT_LINE | {"kind": "refund", "count": 2, "amount": -3000},
        SETTLEMENT_LINE
        | {"kind": "fee", "name": "標準", "count": 311, "base": 425000, "amount": -4250},
        SETTLEMENT_LINE | {"kind": "tax", "name": None, "count": None, "amount": -425},
    ],
    "proof": {
        "leaf": SETTLEMENT_LEAF,
        "digits": "38700 83200 13595 89517 88448 92647",
        "url": f"https://oyama.example.jp/OEM202303/books/closings/12/{SETTLEMENT_LEAF}/",
    },
}
SETTLEMENTS = {"items": [SETTLEMENT], "next_cursor": None}
SETTLEMENT_MESSAGE = {
    "type": "settlement.closed",
    "timestamp": "2026-03-31T15:00:21.004512Z",
    "version": 1,
    "data": SETTLEMENT,
}
PAID_MESSAGE = {
    "type": "payment.paid",
    "timestamp": PAID["paid_at"],
    "version": 1,
    "data": PAID | {"refunds": [], "refundable": PAID["amount"]},
}
REFUNDED_MESSAGE = {
    "type": "payment.refunded",
    "timestamp": REFUND["refunded_at"],
    "version": 2,
    "data": PAYMENT,
}
TEST_MESSAGE = {
    "type": "webhook.test",
    "timestamp": "2026-04-01T03:00:00.000000Z",
    "version": 1,
    "data": {"shop": "S0001"},
}
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105 - of nobody
NEW_ENDPOINT = {
    "url": "https://hooks.shop.example/hansatsu",
    "events": ["payment.paid", "payment.refunded"],
}
ENDPOINT = {
    "id": "7",
    **NEW_ENDPOINT,
    "status": "enabled",
    "created_at": "2026-04-01T03:00:00.000000Z",
}
OPENED_ENDPOINT = ENDPOINT | {"secret": WEBHOOK_SECRET}
DELIVERY = {
    "n": 4711,
    "webhook_id": "msg_0f9c3a5b7d1e4a608b2c4d6e8f0a1b2c",
    "event": "payment.paid",
    "object": PAID["id"],
    "state": "delivered",
    "created_at": "2026-04-01T03:04:06.000000Z",
    "next_try_at": None,
    "attempts": [
        {
            "at": "2026-04-01T03:04:06.120000Z",
            "status": 200,
            "milliseconds": 84,
            "error": None,
            "response": "ok",
        }
    ],
}
