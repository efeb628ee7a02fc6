"""Accounts as they are typed: the holder's name is refused by name, and never cut."""

import json

import pytest

from hansatsu.parties.seals import secrets_box
from hansatsu.parties.seals.bank_accounts import open_account, read_account, seal_account
from hansatsu.parties.shops.fields import account_notes, account_words, read_shop_account

TYPED = {"bank": "0517", "branch": "001", "type": "1", "number": "7654321", "holder": "コヤマ"}


def test_a_legal_form_is_kept_as_the_bank_writes_it() -> None:
    account, errors = read_account(TYPED | {"holder": "カフェ・ド・パリ（株）"})
    assert errors == {}
    assert account is not None
    assert account.holder == "ｶﾌｴ.ﾄﾞ.ﾊﾟﾘ(ｶ"


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ("ガ" * 15 + "ア", "ｶﾞｶﾞ"),
        ("ガ" * 15 + "ア", "31文字"),
        ("小山商店", "「小山商店」には、振込で使えない文字があります: 小 山 商 店"),
        ("小山商店", "口座名義を、通帳のとおりにカタカナで入力してください。"),
    ],
)
def test_a_holder_that_does_not_fit_is_refused_by_name(holder: str, said: str) -> None:
    account, errors = read_account(TYPED | {"holder": holder})
    assert account is None
    assert said in errors["holder"]
    assert "はじめの" not in errors["holder"]


@pytest.mark.parametrize("holder", ["", " ", "\u3000"])
def test_a_holder_that_is_missing_is_asked_for(holder: str) -> None:
    account, errors = read_account(TYPED | {"holder": holder})
    assert account is None
    assert set(errors) == {"holder"}


YUCHO = TYPED | {"bank": "9900", "branch": "１４１４０", "number": "12345671"}


@pytest.mark.parametrize(
    ("type", "kept"), [("1", "普通"), ("", "普通"), ("2", "普通"), ("4", "貯蓄")]
)
def test_symbol_and_number_of_the_post_bank_are_converted_and_both_shown(
    type: str, kept: str
) -> None:
    account, errors = read_account(YUCHO | {"type": type})
    assert errors == {}
    assert account is not None
    assert (account.branch, account.number) == ("418", "1234567")
    assert account.masked == f"9900-418 {kept} ****567 (記号 14140 番号 ****671)"
    assert open_account(seal_account(account)) == account


def test_an_account_of_another_bank_is_sealed_as_before() -> None:
    """The version before opens it while it still runs: it knows no 記号."""
    account, _errors = read_account(TYPED)
    assert account is not None
    assert set(json.loads(secrets_box.unseal(seal_account(account)))) == set(TYPED)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": "1234567"}, "number"),
        ({"branch": "24140"}, "branch"),
        ({"branch": "418"}, "number"),
        ({"bank": "0517"}, "branch"),
        ({"number": "01"}, "number"),
    ],
)
def test_a_symbol_that_cannot_be_converted_is_refused(typed: dict[str, str], field: str) -> None:
    account, errors = read_account(YUCHO | typed)
    assert account is None
    assert field in errors


def test_a_shop_may_have_its_account_at_the_post_bank() -> None:
    account, errors = read_shop_account(YUCHO)
    assert errors == {}
    assert account is not None
    assert "ゆうちょ 四一八" in account_words(account)
    assert set(read_shop_account(YUCHO | {"branch": "11590"})[1]) == {"branch"}
    assert set(read_shop_account(YUCHO | {"number": "5"})[1]) == {"number"}
    assert account_notes(YUCHO | {"branch": "14140", "number": "12345671"})[:2] == [
        "支店番号: 14140 → 418",
        "口座番号: 12345671 → 1234567",
    ]
    assert account_notes(YUCHO | {"branch": "18", "number": "1"})[:2] == [
        "支店番号: 18 → 018",
        "口座番号: 1 → 0000001",
    ]
