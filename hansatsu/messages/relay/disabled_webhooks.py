"""The mail to who sees to a shop's server, when its webhook endpoint was disabled."""

from django.db import transaction

from hansatsu.formats.japan import in_japan
from hansatsu.messages.mail.letters import Fact, Letter, mail_of
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.phrases import phrases
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.messages.webhooks.outcomes import GONE
from hansatsu.parties import clock

KIND = "webhook_disabled"
LANGUAGE = "ja"

WHY = {GONE: "送信先が「今後は不要」(HTTP 410) と応答しました。"}
SILENT = "3日間、一度も受け取られませんでした。"


def tell_of_disabled() -> int:
    """Write to the contacts of endpoints that were disabled, once each; returns how many mails.
    An endpoint without a contact has its alarm in the issuer's console and nothing else."""
    with transaction.atomic():
        endpoints = list(
            Endpoint.objects.select_related("issuer", "shop")
            .select_for_update(of=("self",), skip_locked=True)
            .filter(disabled_at__isnull=False, told_at=None, removed_at=None)
            .exclude(contact="")
        )
        mails = Mail.objects.bulk_create([_mail(each) for each in endpoints])
        queue_mails(mail.pk for mail in mails)
        ids = [each.pk for each in endpoints]
        Endpoint.objects.filter(pk__in=ids).update(told_at=clock.Now())
    return len(mails)


def _mail(endpoint: Endpoint) -> Mail:
    issuer, words = endpoint.issuer, phrases(LANGUAGE)
    assert endpoint.disabled_at is not None
    letter = Letter(
        language=LANGUAGE,
        issuer=issuer.name,
        colour=issuer.colour_primary,
        subject=f"【{issuer.name}】Webhookの送信を停止しました",
        greeting=f"{endpoint.shop.name} ご担当者 様",
        opening="次の送信先への通知(Webhook)を停止しました。"
        + WHY.get(endpoint.disabled_because, SILENT),
        facts=(
            Fact("送信先", endpoint.url),
            Fact("停止日時", words.moment.format(in_japan(endpoint.disabled_at))),
        ),
        closing=(
            "お支払いそのものには影響ありません。送信先を直したのち、APIの"
            f" POST /api/v1/webhook-endpoints/{endpoint.pk}/enable で再開できます。"
            "停止中のお支払いは GET /api/v1/payments でご確認ください。",
            words.unknown,
            words.no_reply,
        ),
        office_name=issuer.office_name,
        office=words.office.format(phone=issuer.office_phone, hours=issuer.office_hours),
    )
    return mail_of(letter, issuer, KIND, to=endpoint.contact)
