"""Who sees to a shop's server is written to once when its endpoint is disabled."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.disabled_webhooks import tell_of_disabled
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.messages.webhooks.sending import Answer
from hansatsu.messages.webhooks.services import enable_endpoint, open_endpoint, send_test
from tests.messages.webhooks.endpoints import note
from tests.town import Town

URL = "https://hooks.shop.example/"


def failed_for_days(town: Town, contact: str) -> Endpoint:
    made = open_endpoint(
        town.shop, made_by="t", key=contact, url=URL, events=["payment.paid"], contact=contact
    )
    assert made.endpoint is not None, made
    delivery, now = send_test(made.endpoint), timezone.now()
    for days in (0, 4):
        note(delivery, Answer(500, 1), now + timedelta(days=days))
    return made.endpoint


def test_the_contact_is_written_to_once(town: Town) -> None:
    endpoint = failed_for_days(town, "vendor@example.jp")
    assert tell_of_disabled() == 1
    assert tell_of_disabled() == 0
    mail = Mail.objects.get(kind="webhook_disabled", issuer=town.issuer)
    assert mail.to == "vendor@example.jp"
    assert mail.subject == "【小山市共通商品券】Webhookの送信を停止しました"
    for words in (URL, "3日間", f"/webhook-endpoints/{endpoint.pk}/enable", "天王洲飯店"):
        assert words in mail.text
    enable_endpoint(endpoint)
    assert tell_of_disabled() == 0


def test_without_a_contact_nobody_is_written_to(town: Town) -> None:
    endpoint = failed_for_days(town, "")
    assert tell_of_disabled() == 0
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None


def test_a_contact_must_be_a_mail_address(town: Town) -> None:
    made = open_endpoint(
        town.shop, made_by="t", key="x", url=URL, events=["payment.paid"], contact="nobody"
    )
    assert (made.outcome, made.fields) == ("invalid", (("contact", "contact"),))
    assert not Endpoint.objects.exists()


def test_the_operator_sees_it_in_the_figures(town: Town, client: Client) -> None:
    failed_for_days(town, "")
    page = client.get("/metrics", HTTP_HOST="localhost").content.decode()
    assert 'hansatsu_webhook_endpoints{state="disabled"} 1.0' in page
    assert 'hansatsu_webhook_deliveries{state="failed"} 1.0' in page
    assert "hansatsu_webhook_age_seconds" in page
