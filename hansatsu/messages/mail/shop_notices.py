"""Telling shops what changed of where they are paid and of whom the office writes to.

Rows say what was not told yet, whoever wrote them: a page, a file of 2,000 shops, the version
before during an update. The worker finds them every minute, writes, and marks them, in one
transaction a set: nothing is told twice, and nothing is forgotten.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from hansatsu.messages.mail.account_letters import moment_words
from hansatsu.messages.mail.shop_letters import LANGUAGE, post_to_shop
from hansatsu.parties import clock
from hansatsu.parties.identity.masks import mask_email
from hansatsu.parties.shops.account_versions import to_pay, words_of
from hansatsu.parties.shops.contacts import addresses
from hansatsu.parties.shops.models import AccountState, AccountVersion, ContactChange

AT_ONCE: Final = 200
"""Rows in one transaction."""
NOT_OURS: Final = (
    "お心当たりのない場合は、お店の口座が書き換えられようとしているおそれがあります。"
    "すぐに下記の事務局へお電話ください。"
)


def tell_shops() -> int:
    """Write what shops have not been told yet; returns of how many changes."""
    told = 0
    while found := _tell_contacts() + _tell_accounts():
        told += found
    return told


@transaction.atomic
def _tell_contacts() -> int:
    rows = ContactChange.objects.filter(told_at=None).select_related("shop__issuer")
    found = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    for row in found:
        for to in dict.fromkeys(each for each in (row.before, row.after) if each):
            post_to_shop(
                row.shop,
                to,
                "shop_contact",
                subject="連絡先のメールアドレスが変わりました",
                opening="お店の連絡先のメールアドレスが変わりました。"
                "精算と口座のお知らせは、新しいアドレスにお送りします。",
                facts=[
                    ("これまで", mask_email(row.before) if row.before else "なし"),
                    ("これから", mask_email(row.after) if row.after else "なし"),
                    ("日時", moment_words(row.at, LANGUAGE)),
                ],
                unknown="お心当たりのない場合は、すぐに下記の事務局へお電話ください。",
            )
    _mark(ContactChange, found, "told_at")
    return len(found)


@transaction.atomic
def _tell_accounts() -> int:
    untold = Q(told_entered_at=None) | (Q(told_decided_at=None) & ~Q(state=AccountState.WAITING))
    rows = AccountVersion.objects.filter(untold).select_related("shop__issuer")
    found = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    with translation.override(LANGUAGE):
        for row in found:
            _tell_account(row)
    _mark(AccountVersion, found, "told_entered_at")
    decided = [row for row in found if row.state != AccountState.WAITING]
    _mark(AccountVersion, decided, "told_decided_at")
    return len(found)


def _tell_account(row: AccountVersion) -> None:
    was_told = row.told_entered_at is not None
    if row.state == AccountState.WAITING:
        subject, opening = (
            "振込先の口座の変更を受け付けました",
            "お店の振込先として、新しい口座が入力されました。"
            "事務局の別の担当者が承認するまで、振込先は変わりません。",
        )
    elif row.state == AccountState.APPROVED:
        subject, opening = (
            "振込先の口座が変わりました",
            "お店の新しい振込先の口座を承認しました。次の振込から、この口座にお振り込みします。",
        )
    elif was_told:
        subject, opening = (
            "振込先の口座は変わりません",
            "先にお知らせした新しい口座は使われません。振込先は変わりません。",
        )
    else:
        return  # nobody has heard of it
    now = to_pay(row.issuer, [row.shop_id]).get(row.shop_id)
    facts = [("新しい口座", words_of(row))]
    if row.state != AccountState.APPROVED:
        facts.append(("いまの口座", words_of(now) if now else "なし"))
    at: datetime = row.decided_at or row.entered_at
    facts.append(("日時", moment_words(at, LANGUAGE)))
    for to in addresses(row.shop):
        post_to_shop(
            row.shop,
            to,
            "shop_account",
            subject=subject,
            opening=opening,
            facts=facts,
            unknown=NOT_OURS,
        )


def _mark(
    model: type[AccountVersion] | type[ContactChange],
    rows: list[AccountVersion] | list[ContactChange],
    column: str,
) -> None:
    ids = [row.pk for row in rows]
    if ids:
        unmarked = model._default_manager.filter(pk__in=ids, **{column: None})
        unmarked.update(**{column: clock.now()})
