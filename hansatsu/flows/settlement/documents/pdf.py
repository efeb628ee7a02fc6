"""精算書 on paper: what is paid and how it comes about, and behind it the days that made it."""

from datetime import date
from typing import Any

from django.utils import translation

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.printouts.letterhead import day_in_words, letterhead
from hansatsu.flows.settlement.documents.content import StatementContent, content_of, percent
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.ledger import api as ledger

TITLE = {"": "", "invoice": "適格請求書(手数料)", "return": "適格返還請求書(手数料)"}


def statement_pdf(statement: Statement) -> bytes:
    """The statement as a PDF file, A4, in Japanese."""
    with translation.override("ja"):
        content = content_of(statement)
        return typeset("statement", _words(content) | {"days": _days(statement)})


def _words(content: StatementContent) -> dict[str, Any]:
    return {
        "issuer": letterhead(content.issuer) | {"address": content.issuer.seller_address},
        "number": content.number,
        "closing": content.closing_number,
        "is_on_demand": content.is_on_demand,
        "is_sample": content.issuer.mode != "live",
        "shop": {
            "code": content.shop_code,
            "name": content.shop_name,
            "address": content.shop_address,
        },
        "period": period_in_words(content),
        "issued_on": day_in_words(content.issued_on),
        "pay_on": day_in_words(content.pay_on),
        "account": content.account,
        "figures": [
            {
                "label": each.label,
                "detail": each.detail,
                "number": each.payment_number,
                "amount": each.amount,
            }
            for each in content.figures
        ],
        "payout": content.payout,
        "carry": content.carry,
        "invoice": TITLE[content.invoice],
        "registration_number": content.registration_number,
        "fee": content.fee,
        "tax": content.tax,
        "tax_rate": percent(content.tax_rate),
        "qr": qr_picture(content.proof_address),
        "digits": content.digits,
    }


def period_in_words(content: StatementContent) -> str:
    """The first and the last day, in Japanese."""
    last = day_in_words(content.last_day)
    if content.first_day is None:
        return f"最初のお取引から{last}まで"
    return f"{day_in_words(content.first_day)}から{last}まで"


def _days(statement: Statement) -> list[dict[str, Any]]:
    found = ledger.shop_days(
        ledger_connection(),
        statement.issuer_id,
        statement.shop_id,
        since=statement.starts_at,
        until=statement.ends_at,
    )
    return [
        {
            "day": _day(each.day),
            "payments": each.payments,
            "payment_count": each.payment_count,
            "refunds": each.refunds,
            "refund_count": each.refund_count,
        }
        for each in found
    ]


def _day(day: date) -> str:
    return day_in_words(day)
