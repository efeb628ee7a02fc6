"""Accounts as they are typed: the holder's name is refused by name, and never cut."""

import pytest

from hansatsu.parties.seals.bank_accounts import read_account

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
