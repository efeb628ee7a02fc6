"""The residents of both towns. The first of each has the most history."""

from hansatsu.demo.town.details import OYAMA_PLACES, TENNOZU_PLACES, with_details
from hansatsu.parties.identity.residents import NewResident


def _person(
    login_id: str, name: str, kana: str, nickname: str = "", language: str = "ja"
) -> NewResident:
    family_name, given_name = name.split()
    family_kana, given_kana = kana.split()
    return NewResident(
        login_id=login_id,
        family_name=family_name,
        given_name=given_name,
        family_kana=family_kana,
        given_kana=given_kana,
        email=f"{login_id}@example.jp",
        nickname=nickname,
        language=language,
    )


_OYAMA = (
    _person("hanako", "小山 花子", "オヤマ ハナコ", "はなちゃん"),
    _person("taro", "小山 太郎", "オヤマ タロウ"),
    _person("yoshie", "間中 ヨシ江", "マナカ ヨシエ"),
    _person("emma", "Clarke Emma", "クラーク エマ", "Emma", "en"),
    _person("kenji", "大橋 健二", "オオハシ ケンジ"),
    _person("sachiko", "生井 幸子", "ナマイ サチコ", "さっちゃん"),
    _person("daisuke", "石島 大輔", "イシジマ ダイスケ"),
    _person("misaki", "福田 美咲", "フクダ ミサキ", "みーちゃん"),
    _person("shoichi", "髙橋 正一", "タカハシ ショウイチ"),
    _person("akemi", "荒川 明美", "アラカワ アケミ"),
    _person("ryota", "野口 涼太", "ノグチ リョウタ"),
    _person("tomoko", "川﨑 智子", "カワサキ トモコ"),
    _person("hiroshi", "塚原 博", "ツカハラ ヒロシ"),
    _person("naomi", "渡辺 直美", "ワタナベ ナオミ", "なおみ"),
    _person("satoru", "青木 悟", "アオキ サトル"),
    _person("yuki", "小林 由紀", "コバヤシ ユキ"),
    _person("makoto", "針谷 誠", "ハリガヤ マコト"),
    _person("fumiko", "篠崎 文子", "シノザキ フミコ"),
    _person("kazuya", "田村 和也", "タムラ カズヤ", "カズ"),
    _person("mei", "鈴木 芽衣", "スズキ メイ"),
)

_TENNOZU = (
    _person("minato", "港 みなと", "ミナト ミナト"),
    _person("nagisa", "品川 渚", "シナガワ ナギサ"),
    _person("kai", "天野 海", "アマノ カイ"),
)

OYAMA_RESIDENTS = with_details(_OYAMA, OYAMA_PLACES, "+8128500")
TENNOZU_RESIDENTS = with_details(_TENNOZU, TENNOZU_PLACES, "+8130000")
