"""Postal codes, offline."""

from concurrent.futures import ThreadPoolExecutor

from hansatsu.formats.postal_codes import Address, find_address


def test_one_address() -> None:
    assert find_address("3230023") == (Address("栃木県", "小山市", "中央町"),)


def test_a_code_of_two_prefectures_offers_both() -> None:
    assert find_address("4980000") == (
        Address("愛知県", "弥富市", ""),
        Address("三重県", "桑名郡木曽岬町", ""),
    )


def test_no_such_code() -> None:
    assert find_address("0000000") == ()
    assert find_address("") == ()


def test_threads_do_not_share_a_connection() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(find_address, ["3230023", "4980000"] * 20))
    assert {len(each) for each in found} == {1, 2}
