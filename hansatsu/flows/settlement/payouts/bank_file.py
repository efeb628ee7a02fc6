"""The file that the bank is given, made of a run's rows and of nothing else."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, SettlementRules
from hansatsu.formats.zengin.banks import find_kana
from hansatsu.formats.zengin.bulk_transfer import (
    BulkTransfer,
    Originator,
    TransferRow,
    bulk_transfer,
    read_bulk_transfer,
)
from hansatsu.parties.issuers.models import Issuer, Mode
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.parties.seals.secrets_box import unseal_file

SAMPLE = "見本"
"""In the name of a file that no bank is to be given."""


def frozen_originator(rules: SettlementRules) -> dict[str, Any]:
    """Who pays, as the rules have it now, for a run to keep."""
    place = find_kana(rules.own_bank, rules.own_branch)
    originator = Originator(
        originator_code=rules.originator_code,
        name=rules.originator_name,
        bank=rules.own_bank,
        bank_name=place.bank,
        branch=rules.own_branch,
        branch_name=place.branch,
        type=rules.own_type,
        number=rules.own_number,
    )
    return asdict(originator) | {
        "line_ending": rules.line_ending,
        "clearing_fill": rules.clearing_fill,
    }


def make_file(originator: dict[str, Any], pay_on: date, rows: Sequence[PayoutRow]) -> bytes:
    """The bytes for the bank.

    Raises:
        UnfitError: a value does not fit its field. Names were looked at before.
    """
    said = dict(originator)
    line_ending, clearing_fill = said.pop("line_ending"), said.pop("clearing_fill")
    lines = [_line(row) for row in rows]
    return bulk_transfer(Originator(**said), pay_on, lines, line_ending, clearing_fill)


def file_name(issuer: Issuer, number: int, pay_on: date) -> str:
    """``FURIKOMI-OEM2-0003-20261210.txt``; with 見本 in it for an issuer that moves no money."""
    sample = "" if issuer.mode == Mode.LIVE else f"-{SAMPLE}"
    return f"FURIKOMI{sample}-{issuer.code}-{number:04}-{pay_on:%Y%m%d}.txt"


def digest_of(content: bytes) -> str:
    """As it stands in the run and in the record."""
    return hashlib.sha256(content).hexdigest()


def open_file(run: PayoutRun) -> bytes:
    """The file as it was made.

    Raises:
        RuntimeError: it is not the file that was approved.
    """
    content = unseal_file(bytes(run.sealed_file))
    if digest_of(content) != run.file_sha256:
        raise RuntimeError(f"the file of payout run {run.pk} is not the one that it was made with")
    return content


def read_file(run: PayoutRun) -> BulkTransfer:
    """The file as a bank reads it."""
    return read_bulk_transfer(open_file(run))


def _line(row: PayoutRow) -> TransferRow:
    account = open_account(row.account)
    place = find_kana(account.bank, account.branch)
    return TransferRow(
        bank=account.bank,
        bank_name=place.bank,
        branch=account.branch,
        branch_name=place.branch,
        type=account.type,
        number=account.number,
        payee=row.payee,
        yen=row.net_yen,
        new_code=row.new_code,
        customer_1=row.place,
    )
