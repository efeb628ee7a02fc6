"""What a reminder says, in both languages."""

from hansatsu.parties.identity.models import Resident
from tests.flows.reminders.conftest import Days


def test_a_mail_in_japanese(days: Days) -> None:
    town = days.town
    days.charge("2026-12-31", 1470, emoney=town.small_shops)
    days.charge("2026-12-31", 1000)
    (mail,) = days.reminded("2026-12-01 09:00")
    shops = f"http://localhost:0/{town.issuer.code}/shops/?emoney="
    assert mail.subject == "【小山市共通商品券】有効期限のお知らせ"
    assert (mail.language, mail.to, mail.about) == ("ja", "hanako@example.jp", "expiry:2026-12-31")
    assert not mail.has_secret
    assert without_port(mail.text).startswith(
        "小山 花子 様\n"
        "\n"
        "次の残高の有効期限が近づいています。期限を過ぎると利用できません。払い戻しはできません。\n"
        "\n"
        "2,470円分\n2026年12月31日(木)まで(当日23:59まで) / あと30日\n"
        "・全店共通 1,000円分\n"
        "・中小店舗限定 1,470円分\n"
        "\n"
        "全店共通が使えるお店(2店)\n"
        "天王洲飯店、スーパーおもいがわ\n"
        f"{shops}{town.all_shops.pk}\n"
        "\n"
        "中小店舗限定が使えるお店(1店)\n"
        "天王洲飯店\n"
        f"{shops}{town.small_shops.pk}\n"
        "\n"
        "金額は2026/12/01 09:00:00現在です。"
    )
    assert "お心当たりのない場合は" in mail.text
    assert "0285-00-0000" in mail.text
    for said in ('<p class="amount">2,470円分</p>', "あと30日", "使えるお店を見る"):
        assert said in mail.html


def test_a_mail_in_english(days: Days) -> None:
    Resident.objects.filter(pk=days.town.resident.pk).update(language="en")
    days.charge("2026-12-31", 2470)
    (mail,) = days.reminded("2026-12-30 09:00")
    assert mail.subject == "【Oyama Vouchers】Your value expires soon"
    assert mail.language == "en"
    assert "¥2,470 of value\nuntil 2026/12/31 (Thu), 23:59 / 1 day left\n" in mail.text
    assert "Where “All shops” is taken (2 shops)\nTennozu Hanten, Super Omoigawa" in mail.text


def test_many_shops_are_told_by_category(days: Days) -> None:
    for number in range(10, 17):
        days.town.add_shop(f"S00{number}", days.town.small_shops)
    days.charge("2026-12-31", emoney=days.town.small_shops)
    (mail,) = days.reminded("2026-12-01 09:00")
    assert "中小店舗限定が使えるお店(8店)\n中小店舗 8店\n" in mail.text


def test_where_nobody_takes_it_the_office_is_named(days: Days) -> None:
    from hansatsu.parties.programs.services import open_emoney

    lonely = open_emoney(days.town.issuer, name="地域限定", name_en="Local")
    days.charge("2026-12-31", emoney=lonely)
    (mail,) = days.reminded("2026-12-01 09:00")
    assert "地域限定が使えるお店(0店)\n使えるお店については、下記の事務局へ" in mail.text
    assert "/shops/" not in mail.text


def without_port(text: str) -> str:
    """The site's address without the port that this run has."""
    from django.conf import settings

    return text.replace(settings.SITE_URL, "http://localhost:0")
