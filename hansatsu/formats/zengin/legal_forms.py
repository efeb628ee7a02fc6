"""Legal forms as banks shorten them (全銀の法人略語): 株式会社 is カ."""

import re
from typing import Final, NamedTuple

SHORT: Final = {
    "株式会社": "カ",
    "有限会社": "ユ",
    "合名会社": "メ",
    "合資会社": "シ",
    "合同会社": "ド",
    "医療法人": "イ",
    "医療法人社団": "イ",
    "医療法人財団": "イ",
    "社会医療法人": "イ",
    "財団法人": "ザイ",
    "一般財団法人": "ザイ",
    "公益財団法人": "ザイ",
    "社団法人": "シヤ",
    "一般社団法人": "シヤ",
    "公益社団法人": "シヤ",
    "宗教法人": "シユウ",
    "学校法人": "ガク",
    "社会福祉法人": "フク",
    "更生保護法人": "ホゴ",
    "相互会社": "ソ",
    "特定非営利活動法人": "トクヒ",
    "NPO法人": "トクヒ",
    "独立行政法人": "ドク",
    "地方独立行政法人": "チドク",
    "弁護士法人": "ベン",
    "有限責任中間法人": "チユウ",
    "無限責任中間法人": "チユウ",
    "行政書士法人": "ギヨ",
    "司法書士法人": "シホウ",
    "税理士法人": "ゼイ",
    "国立大学法人": "ダイ",
    "公立大学法人": "ダイ",
    "農事組合法人": "ノウ",
    "管理組合法人": "カンリ",
    "社会保険労務士法人": "ロウム",
}
"""The kana of each legal form, from the banks' list; NPO法人 is what people call one of them."""

_IN_BRACKETS: Final = {
    "株": "カ",
    "有": "ユ",
    "名": "メ",
    "資": "シ",
    "同": "ド",
    "医": "イ",
    "財": "ザイ",
    "一財": "ザイ",
    "公財": "ザイ",
    "社": "シヤ",
    "一社": "シヤ",
    "公社": "シヤ",
    "宗": "シユウ",
    "学": "ガク",
    "福": "フク",
    "社福": "フク",
    "相": "ソ",
    "特非": "トクヒ",
}
"""What is written in brackets for short: (株). The same in kana, (カ), is taken too."""

_BRACKETED: Final = SHORT | _IN_BRACKETS | {kana: kana for kana in SHORT.values()}


def _any_of(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_FORM: Final = re.compile(
    rf"\s*(?:\((?P<bracketed>{_any_of(_BRACKETED)})\)|(?P<bare>{_any_of(SHORT)}))\s*"
)


class Shortened(NamedTuple):
    """A legal form as it was written, and as it stands at its place: ``カ)``, ``(カ)``, ``(カ``."""

    written: str
    short: str


def shorten(name: str) -> tuple[str, list[Shortened]]:
    """``name``, in NFKC, with each legal form as banks write it, and what was shortened.

    In front it is closed by a bracket, behind opened by one, between others it stands in both;
    without blanks around it.
    """
    found: list[Shortened] = []

    def short(match: re.Match[str]) -> str:
        kana = _BRACKETED[match["bracketed"] or match["bare"]]
        if match.start() == 0:
            placed = f"{kana})"
        elif match.end() == len(name):
            placed = f"({kana}"
        else:
            placed = f"({kana})"
        written = match[0].strip()
        if written != placed:
            found.append(Shortened(written, placed))
        return placed

    return _FORM.sub(short, name), found
