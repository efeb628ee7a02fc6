"""The mail that says that a statement is there."""

from typing import Final

from django.conf import settings

from hansatsu.flows.printouts.letterhead import day_in_words
from hansatsu.flows.settlement.documents.content import StatementContent
from hansatsu.flows.settlement.documents.pdf import period_in_words
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.shop_letters import post_to_shop
from hansatsu.parties.shops.models import Shop

KIND: Final = "statement"


def post_statement(shop: Shop, content: StatementContent) -> Mail:
    """Write to the shop's address, in the caller's transaction: period, amount, payout day, and the
    way to the statement, which asks for the log-in. Where it is paid to is not in it."""
    facts = [
        ("精算書番号", content.number),
        ("対象期間", period_in_words(content)),
        ("お支払額", f"{content.payout:,}円"),
    ]
    if content.payout:
        facts.append(("お支払日", day_in_words(content.pay_on)))
    if content.carry:
        facts.append(("次回への繰越", f"{content.carry:,}円"))
    return post_to_shop(
        shop,
        shop.contact_email,
        KIND,
        subject="精算書のお知らせ",
        opening="精算書ができました。加盟店サイトの「精算書」でご確認ください。",
        facts=facts,
        link=f"{settings.SITE_URL}/shop/statements/{content.closing_number}/",
        link_label="精算書を開く",
    )
