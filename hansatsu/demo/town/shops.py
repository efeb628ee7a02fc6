"""The shops of both towns, with their areas and categories."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupOfTown:
    """An area or a category."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ShopOfTown:
    """A shop. ``usual`` is what people spend there at a time, in yen."""

    name: str
    name_kana: str
    name_en: str
    area: str
    category: str
    address: str
    usual: int


OYAMA_AREAS = (
    GroupOfTown("駅東", "East of the station"),
    GroupOfTown("駅西", "West of the station"),
    GroupOfTown("間々田", "Mamada"),
    GroupOfTown("桑", "Kuwa"),
    GroupOfTown("絹", "Kinu"),
    GroupOfTown("大谷", "Oya"),
)

SMALL, LARGE, FARM, HEALTH, TRANSPORT = (
    "中小店舗",
    "大型店",
    "直売所・市場",
    "医療・健康",
    "交通・公共施設",
)
OYAMA_CATEGORIES = (
    GroupOfTown(SMALL, "Small shops"),
    GroupOfTown(LARGE, "Large shops"),
    GroupOfTown(FARM, "Farm shops and markets"),
    GroupOfTown(HEALTH, "Medicine and health"),
    GroupOfTown(TRANSPORT, "Transport and public places"),
)

_S = ShopOfTown
OYAMA_SHOPS = (
    _S("天王洲飯店 リバーサイド店", "テンノウズハンテン リバーサイドテン",
       "Tennozu Hanten Riverside", "駅西", SMALL, "中央町9-1-1", 1400),
    _S("スーパーおもいがわ 本店", "スーパーオモイガワ ホンテン",
       "Super Omoigawa", "駅東", LARGE, "駅東通り9-2-10", 2600),
    _S("結城屋呉服店", "ユウキヤゴフクテン",
       "Yukiya Kimono", "駅西", SMALL, "宮本町9-3-2", 4200),
    _S("パンの木", "パンノキ", "Pan no Ki Bakery", "駅東", SMALL, "城東9-4-5", 650),
    _S("喫茶 さざなみ", "キッサ サザナミ",
       "Cafe Sazanami", "駅西", SMALL, "中央町9-2-8", 800),
    _S("鮮魚 うおまさ", "センギョ ウオマサ",
       "Uomasa Fish", "間々田", SMALL, "間々田9001-1", 1800),
    _S("酒のなかの", "サケノナカノ",
       "Nakano Liquor", "駅西", SMALL, "本郷町9-1-14", 2400),
    _S("そば処 きぬ川庵", "ソバドコロ キヌガワアン",
       "Soba Kinugawa-an", "絹", SMALL, "福良9002-3", 1100),
    _S("おやま中央書店", "オヤマチュウオウショテン",
       "Oyama Chuo Books", "駅西", SMALL, "中央町9-3-6", 1500),
    _S("文具のたけのうち", "ブングノタケノウチ",
       "Takenouchi Stationery", "桑", SMALL, "羽川9003-4", 700),
    _S("美容室 コトリ", "ビヨウシツ コトリ",
       "Hair Kotori", "駅東", SMALL, "駅東通り9-5-1", 4500),
    _S("理容 ハヤミ", "リヨウ ハヤミ",
       "Hayami Barber", "大谷", SMALL, "横倉新田9004-2", 3600),
    _S("和菓子 小町堂", "ワガシ コマチドウ",
       "Komachido Sweets", "駅西", SMALL, "宮本町9-1-7", 1200),
    _S("ラーメン 一歩軒", "ラーメン イッポケン",
       "Ramen Ippoken", "大谷", SMALL, "犬塚9-6-3", 950),
    _S("焼肉 まるいち", "ヤキニク マルイチ",
       "Yakiniku Maruichi", "駅東", SMALL, "城東9-8-2", 3900),
    _S("花のみずき", "ハナノミズキ",
       "Mizuki Flowers", "桑", SMALL, "喜沢9005-6", 1700),
    _S("自転車のオノデラ", "ジテンシャノオノデラ",
       "Onodera Cycles", "間々田", SMALL, "乙女9-7-1", 2800),
    _S("クリーニング しらさぎ", "クリーニング シラサギ",
       "Shirasagi Cleaners", "大谷", SMALL, "雨ケ谷9006-1", 1300),
    _S("電器のサトミ", "デンキノサトミ",
       "Satomi Electric", "絹", SMALL, "延島9007-5", 3200),
    _S("とんかつ 三楽", "トンカツ サンラク",
       "Tonkatsu Sanraku", "間々田", SMALL, "間々田9008-9", 1250),
    _S("手芸 いとぐるま", "シュゲイ イトグルマ",
       "Itoguruma Crafts", "駅西", SMALL, "本郷町9-4-3", 900),
    _S("米のすずきや", "コメノスズキヤ",
       "Suzukiya Rice", "桑", SMALL, "出井9009-2", 2500),
    _S("桑の実 直売所", "クワノミ チョクバイジョ",
       "Kuwanomi Farm Shop", "桑", FARM, "荒井9010-1", 1100),
    _S("絹の里 朝市", "キヌノサト アサイチ",
       "Kinunosato Morning Market", "絹", FARM, "福良9011-4", 850),
    _S("思川 やさい市場", "オモイガワ ヤサイイチバ",
       "Omoigawa Vegetables", "大谷", FARM, "武井9012-8", 980),
    _S("はぐるま薬局", "ハグルマヤッキョク",
       "Haguruma Pharmacy", "駅東", HEALTH, "駅東通り9-1-3", 1600),
    _S("メガネのあかり", "メガネノアカリ",
       "Akari Glasses", "駅西", HEALTH, "中央町9-5-9", 4800),
    _S("整骨院 つばさ", "セイコツイン ツバサ",
       "Tsubasa Clinic", "間々田", HEALTH, "乙女9-2-6", 2200),
    _S("こうのとり交通", "コウノトリコウツウ",
       "Kounotori Taxi", "駅西", TRANSPORT, "中央町9-1-30", 1450),
    _S("市民プール なぎさ", "シミンプール ナギサ",
       "Nagisa Swimming Pool", "大谷", TRANSPORT, "外城9013-1", 500),
    _S("道の駅 しらとり", "ミチノエキ シラトリ",
       "Shiratori Road Station", "桑", FARM, "喜沢9014-2", 1350),
    _S("食堂 あさひ", "ショクドウ アサヒ",
       "Asahi Diner", "絹", SMALL, "延島9015-7", 880),
)  # fmt: skip
"""In the order of their codes, S0001 and on. S0002 is the one large shop."""

TENNOZU_AREAS = (GroupOfTown("運河沿い", "Along the canal"), GroupOfTown("駅前", "Station"))
TENNOZU_CATEGORIES = (GroupOfTown("飲食", "Food"), GroupOfTown("物販", "Goods"))
TENNOZU_SHOPS = (
    _S("天王洲ベーカリー", "テンノウズベーカリー",
       "Tennozu Bakery", "運河沿い", "飲食", "東品川9-1-1", 900),
    _S("運河食堂", "ウンガショクドウ",
       "Canal Diner", "運河沿い", "飲食", "東品川9-1-8", 1200),
    _S("ブリッジ文具", "ブリッジブング",
       "Bridge Stationery", "駅前", "物販", "東品川9-4-2", 700),
    _S("ふなつき珈琲", "フナツキコーヒー",
       "Funatsuki Coffee", "駅前", "飲食", "東品川9-4-9", 650),
)  # fmt: skip
