"""ご登録データ: everything that is kept of a resident, as one file (個人情報保護法 第33条)."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Agreement, Device, Event, Resident
from hansatsu.parties.identity.passkeys import passkeys_of
from hansatsu.parties.identity.resident_fields import values_of
from hansatsu.parties.wallets.selectors import (
    HistoryLine,
    HistoryRow,
    balance_page,
    history_page,
    in_japan,
)

AT_A_TIME = 200
"""Rows of the history that are read at once."""


def export_data(resident: Resident, *, address: str) -> str:
    """All of it as JSON, and record that it was taken.

    Times are those of Japan with their offset, amounts whole yen. Secrets (hashes of passwords and
    tokens, keys of passkeys) are left out: they tell nothing of the resident.
    """
    record(resident.issuer, "data_exported", resident=resident, request_address=address)
    return json.dumps(_everything(resident), ensure_ascii=False, indent=2)


def _everything(resident: Resident) -> dict[str, Any]:
    return {
        "exported_at": _plain(clock.now()),
        "issuer": {"code": resident.issuer.code, "name": resident.issuer.name},
        "profile": {name: _plain(value) for name, value in values_of(resident).items()},
        "agreements": list(_agreements(resident)),
        "balance": _balance(resident),
        "history": [_entry(row) for row in _history(resident)],
        "devices": list(_devices(resident)),
        "passkeys": [
            {
                "name": each.name,
                "created_at": _plain(each.created_at),
                "used_at": _plain(each.used_at),
            }
            for each in passkeys_of(resident)
        ],
        "mails": list(_mails(resident)),
        "events": list(_events(resident)),
    }


def _agreements(resident: Resident) -> Iterator[dict[str, Any]]:
    rows = Agreement.objects.filter(resident=resident).select_related("terms").order_by("at")
    for each in rows:
        yield {"terms_version": each.terms.version, "agreed_at": _plain(each.at)}


def _balance(resident: Resident) -> dict[str, Any]:
    page = balance_page(resident.issuer, resident.wallet_id)
    return {
        "total_yen": page.total,
        "lots": [
            {
                "emoney": lot.emoney,
                "code": lot.masked_code,
                "management_number": lot.management_number,
                "balance_yen": lot.balance,
                "expires_on": _plain(lot.expires_on),
                "registered_at": _plain(lot.registered_at),
            }
            for lot in page.lots
        ],
    }


def _history(resident: Resident) -> Iterator[HistoryRow]:
    before: int | None = None
    while True:
        page = history_page(resident.issuer, resident.wallet_id, before=before, limit=AT_A_TIME)
        yield from page.rows
        before = page.next_before
        if before is None:
            return


def _entry(row: HistoryRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "at": _plain(row.at),
        "shop": row.shop,
        "payment_id": row.number,
        "refunded_payment_id": row.refunded_number,
        "amount_yen": row.amount,
        "parts": [_line(line) for line in row.lines],
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    return {
        "emoney": line.emoney,
        "code": line.masked_code,
        "management_number": line.management_number,
        "expires_on": _plain(line.expires_on),
        "amount_yen": line.amount,
    }


def _devices(resident: Resident) -> Iterator[dict[str, Any]]:
    for each in Device.objects.filter(resident=resident).order_by("pk"):
        yield {
            "number": each.number,
            "browser": each.label,
            "created_at": _plain(each.created_at),
            "seen_at": _plain(each.seen_at),
            "saved_until": _plain(each.saved_until),
            "revoked_at": _plain(each.revoked_at),
        }


def _mails(resident: Resident) -> Iterator[dict[str, Any]]:
    for each in Mail.objects.filter(resident=resident).order_by("pk"):
        yield {
            "to": each.to,
            "subject": each.subject,
            "created_at": _plain(each.created_at),
            "sent_at": _plain(each.sent_at),
        }


def _events(resident: Resident) -> Iterator[dict[str, Any]]:
    for each in Event.objects.filter(resident=resident).order_by("at", "pk"):
        yield {
            "kind": each.kind,
            "at": _plain(each.at),
            "address": each.address,
            "detail": each.detail,
        }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return in_japan(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
