"""The banks' own names of all their branches stand in a transfer as they are."""

from hansatsu.formats.zengin import banks
from hansatsu.formats.zengin.names import read_name


def test_every_bank_and_branch_fits_its_field() -> None:
    for number, bank in banks._banks().items():
        assert read_name(bank["kana"]).fits(15), bank
        for branch in banks._read(f"branches/{number}.json").values():
            assert read_name(branch["kana"]).fits(15), (number, branch)
