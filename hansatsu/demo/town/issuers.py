"""The two issuers and their emoneys."""

from dataclasses import dataclass

from hansatsu.parties.issuers.services import NewIssuer


@dataclass(frozen=True, slots=True)
class EmoneyOfTown:
    """A kind of value."""

    name: str
    name_en: str


OYAMA = NewIssuer(
    code="OEM202303",
    name="小山市共通商品券",
    name_en="Oyama City Gift Vouchers",
    payment_prefix="OEM2023030101",
    mode="demo",
    seal="小山",
    office_name="小山市共通商品券実行委員会 事務局",
    office_phone="0285-00-0000",
    office_hours="平日 9:00〜17:00",
    office_name_en="Oyama City Gift Voucher Office",
    office_hours_en="Weekdays 9:00-17:00",
    mail_from="no-reply@oyama-shohinken.example.jp",
    domain="oyama-shohinken.example.jp",
    cards_may_be_taken=True,
)
ALL_SHOPS = EmoneyOfTown("全店共通", "All shops")
SMALL_SHOPS = EmoneyOfTown("中小店舗限定", "Small shops only")

TENNOZU = NewIssuer(
    code="OEM202011",
    name="天王洲キャッシュ",
    name_en="Tennozu Cash",
    payment_prefix="OEM2020000101",
    mode="demo",
    seal="天王",
    office_name="天王洲キャッシュ 事務局",
    office_phone="03-0000-0000",
    office_hours="平日 10:00〜18:00",
    office_name_en="Tennozu Cash Office",
    office_hours_en="Weekdays 10:00-18:00",
    mail_from="no-reply@tennozu-cash.example.jp",
    domain="tennozu-cash.example.jp",
    colour_primary="#0f4c4a",
    colour_accent="#b5452c",
)
COMMON = EmoneyOfTown("天王洲キャッシュ (共通券)", "Tennozu Cash (common)")
