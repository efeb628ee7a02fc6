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
}
PAYMENT = PAID | {"refunds": [REFUND], "refundable": 1000}
PAYMENTS = {"items": [PAYMENT], "next_cursor": None}
SHOP = {
    "code": "S0001",
    "name": "天王洲飯店 リバーサイド店",
    "issuer": "OEM202303",
    "takes": ["全店共通", "中小店舗限定"],
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
