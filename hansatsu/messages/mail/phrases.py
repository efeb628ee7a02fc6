"""The words of mails, in Japanese and English."""

from dataclasses import dataclass

MAILED = ("payment", "refund", "issue", "transfer_in", "expiry", "correction")
"""The kinds of entry that a resident is written to about."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """All words of one language. The dictionaries are by kind of entry."""

    greeting: str
    subject: dict[str, str]
    opening: dict[str, str]
    shop: str
    amount: dict[str, str]
    name: str
    yen: str
    minus: str
    number: str
    refunded_number: str
    refund_lost: str
    refund_partly_lost: str
    came_back: str
    lost_expired: str
    lost_reversed: str
    at: dict[str, str]
    moment: str
    uses: dict[str, str]
    use: str
    no_expiry: str
    balance: str
    as_of: str
    unknown: str
    no_reply: str
    office: str


JAPANESE = Phrases(
    greeting="{name} 様",
    subject={
        "payment": "決済完了のお知らせ",
        "refund": "返金のお知らせ",
        "issue": "チャージ完了のお知らせ",
        "transfer_in": "チャージ完了のお知らせ",
        "expiry": "有効期限のお知らせ",
        "correction": "残高訂正のお知らせ",
    },
    opening={
        "payment": "{issuer}をご利用いただき、ありがとうございます。"
        "次のとおり、お支払いが完了しました。",
        "refund": "次のとおり、お支払いが返金され、残高に戻りました。",
        "issue": "{issuer}のチャージが完了しました。",
        "transfer_in": "カードなどの残高が、{issuer}のウォレットに移りました。",
        "expiry": "次の残高は、有効期限切れとなりました。",
        "correction": "事務局で残高の誤りを確認し、次のとおり訂正しました。",
    },
    shop="利用店舗",
    amount={
        "payment": "決済金額",
        "refund": "決済金額",
        "issue": "チャージ金額",
        "transfer_in": "チャージ金額",
        "expiry": "有効期限切れの金額",
        "correction": "訂正金額",
    },
    name="{family} {given}",
    yen="{:,}円",
    minus="-{:,}円",
    number="決済ID",
    refunded_number="返金したお支払いの決済ID",
    refund_lost="次のとおり、お支払いが返金されましたが、残高には戻っていません。",
    refund_partly_lost="次のとおり、お支払いが返金され、その一部が残高に戻りました。",
    came_back="残高に戻った金額",
    lost_expired="有効期限が過ぎているため戻らない金額",
    lost_reversed="チャージが取り消されているため戻らない金額",
    at={
        "payment": "利用日時",
        "refund": "返金日時",
        "issue": "チャージ日時",
        "transfer_in": "チャージ日時",
        "expiry": "処理日時",
        "correction": "訂正日時",
    },
    moment="{:%Y/%m/%d %H:%M:%S}",
    uses={
        "payment": "ご利用の内訳",
        "refund": "返金の内訳",
        "issue": "チャージの内訳",
        "transfer_in": "チャージの内訳",
        "expiry": "有効期限切れの内訳",
        "correction": "訂正の内訳",
    },
    use="{emoney} {amount} (管理番号 {management_number}、有効期限 {expires_on})",
    no_expiry="なし",
    balance="残高",
    as_of="{amount} ({moment} 現在)",
    unknown="お心当たりのない場合は、お手数ですが下記の事務局までご連絡ください。",
    no_reply="このメールは送信専用です。ご返信いただいてもお答えできません。",
    office="電話 {phone} ({hours})",
)

ENGLISH = Phrases(
    greeting="Dear {name},",
    subject={
        "payment": "Your payment is complete",
        "refund": "Your payment was refunded",
        "issue": "Your charge is complete",
        "transfer_in": "Your charge is complete",
        "expiry": "Your value has expired",
        "correction": "Your balance was corrected",
    },
    opening={
        "payment": "Thank you for using {issuer}. This payment is complete.",
        "refund": "This payment was refunded; the value is back in your wallet.",
        "issue": "{issuer}: this value was added to your wallet.",
        "transfer_in": "{issuer}: the value of a card was moved to your wallet.",
        "expiry": "This value has reached its expiry date and can no longer be used.",
        "correction": "The office found a mistake in your balance, and has corrected it.",
    },
    shop="Shop",
    amount={
        "payment": "Amount",
        "refund": "Amount",
        "issue": "Charged",
        "transfer_in": "Charged",
        "expiry": "Expired",
        "correction": "Corrected by",
    },
    name="{given} {family}",
    yen="¥{:,}",
    minus="-¥{:,}",
    number="Payment ID",
    refunded_number="Refunded payment ID",
    refund_lost="This payment was refunded, but the value is not back in your wallet.",
    refund_partly_lost="This payment was refunded; a part of the value is back in your wallet.",
    came_back="Back in your wallet",
    lost_expired="Not back, since it has expired",
    lost_reversed="Not back, since its charge was cancelled",
    at={
        "payment": "Paid at",
        "refund": "Refunded at",
        "issue": "Charged at",
        "transfer_in": "Charged at",
        "expiry": "Processed at",
        "correction": "Corrected at",
    },
    moment="{:%Y/%m/%d %H:%M:%S} (Japan time)",
    uses={
        "payment": "Taken from",
        "refund": "Given back to",
        "issue": "What you received",
        "transfer_in": "What you received",
        "expiry": "What expired",
        "correction": "What was corrected",
    },
    use="{emoney} {amount} (number {management_number}, valid until {expires_on})",
    no_expiry="no expiry",
    balance="Balance",
    as_of="{amount} at {moment}",
    unknown="If you do not recognise this, please contact the office below.",
    no_reply="This address only sends mail; replies are not read.",
    office="Telephone {phone} ({hours})",
)


def phrases(language: str) -> Phrases:
    """The words of ``language``: English for ``en``, otherwise Japanese."""
    return ENGLISH if language == "en" else JAPANESE
