"""Changing the mail address: confirmed at the new one, told to the old one, which can stop it.

The mail address opens the account to who has forgotten the password, so a wrong one must not
take it over: the new address is confirmed in a browser that is logged in, or with the password,
and for seven days the old one can take everything back.
"""

from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.revoking import INTO_THE_ACCOUNT, end_links, end_log_ins, lock_resident
from hansatsu.messages.mail.account_letters import post
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import revoke_devices
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.mailed_links import make_link, use_link
from hansatsu.parties.identity.models import MailedLink, Passkey, Purpose, Resident
from hansatsu.parties.identity.throttle import Count, Limit, count_try
from hansatsu.parties.issuers.site_pages import site_page

CONFIRMED_WITHIN = timedelta(hours=24)
STOPPED_WITHIN = timedelta(days=7)
ASKED = Limit(
    free=5,
    first_wait=timedelta(minutes=15),
    longest_wait=timedelta(days=1),
    forgotten_after=timedelta(days=1),
)
"""How often a resident may have mails sent to addresses that nobody has confirmed."""


def ask_for_change(resident: Resident, email: str, *, address: str) -> int:
    """Mail a link to the new address and tell the old one.

    An earlier link to a new address ends: it may have gone to a mistyped one.

    Args:
        resident: who asked, and gave the password.
        email: the new address, cleaned, and not the present one.
        address: the network address this came from.

    Returns 0, or for how many seconds no more may be asked for; then nothing was done.
    """
    asked = count_try(Count(f"email_change:{resident.issuer_id}:{resident.pk}", ASKED))
    if asked.wait_seconds:
        return asked.wait_seconds
    with transaction.atomic():
        row = lock_resident(resident)
        end_links(row, [Purpose.EMAIL_CHANGE])
        token = make_link(
            row.issuer,
            Purpose.EMAIL_CHANGE,
            email,
            lifetime=CONFIRMED_WITHIN,
            resident=row,
            data={"from": row.email},
        )
        record(row.issuer, "email_change_asked", resident=row, request_address=address)
        with translation.override(row.language):
            _mail_new(row, email, token)
            _warn(
                row,
                row.email,
                email,
                _("メールアドレスの変更の申し込みがありました。まだ変更されていません。"),
            )
    return 0


def pending_change(resident: Resident) -> MailedLink | None:
    """The change that waits to be confirmed, or None."""
    return MailedLink.objects.filter(
        resident=resident,
        purpose=Purpose.EMAIL_CHANGE,
        used_at=None,
        expires_at__gt=clock.now(),
    ).first()


def confirm_change(link: MailedLink, *, address: str) -> bool:
    """Change the address, once; both addresses are told. Links for a bank account that were mailed
    to the old one end: who reads it could lead money elsewhere. False when the link is used, late
    or about an address that is not the present one any more."""
    with transaction.atomic():
        row = lock_resident(_owner(link))
        old = row.email
        if row.closed_at is not None or not use_link(link) or old != link.data["from"]:
            return False
        row.email = link.email
        row.save(update_fields=["email"])
        end_links(row, (*INTO_THE_ACCOUNT, Purpose.BANK_ACCOUNT))
        end_log_ins(row)
        record(row.issuer, "email_changed", resident=row, request_address=address)
        with translation.override(row.language):
            tell(
                row,
                "email_changed",
                subject=_("メールアドレス変更のお知らせ"),
                opening=_(
                    "メールアドレスが変更されました。今後のお知らせはこのアドレスに届きます。"
                ),
            )
            _warn(row, old, row.email, _("メールアドレスが変更されました。"))
    return True


def stop_change(link: MailedLink, *, address: str) -> Literal["stopped", "undone", "over"]:
    """Stop a change, or take it back, from the old address; the account is shut until its owner
    logs in again.

    Who asked for the change knew the password, so everything that may be theirs ends: browsers,
    links, log-ins under way, and passkeys that were added since.

    Returns ``undone`` when the address had been changed, ``over`` when the link no longer works.
    """
    with transaction.atomic():
        row = lock_resident(_owner(link))
        if row.closed_at is not None or not use_link(link):
            return "over"
        was_changed = row.email != link.email
        row.email = link.email
        row.save(update_fields=["email"])
        _end_links_since(row, link)
        end_log_ins(row)
        revoke_devices(row)
        Passkey.objects.filter(resident=row, created_at__gte=link.made_at).delete()
        record(
            row.issuer,
            "email_change_stopped",
            resident=row,
            request_address=address,
            was_changed=was_changed,
        )
        with translation.override(row.language):
            _tell_stopped(row)
    return "undone" if was_changed else "stopped"


def _mail_new(resident: Resident, email: str, token: str) -> None:
    """No name in it: the address may be a stranger's."""
    issuer = resident.issuer
    post(
        None,
        issuer,
        "email_change",
        to=email,
        language=resident.language,
        subject=_("メールアドレス変更のご確認"),
        opening=_(
            "このメールアドレスへの変更を受け付けました。"
            "24時間以内に次のページを開き、変更を確定してください。"
        ),
        link=site_page(issuer, f"account/email/confirm/{token}/"),
        link_label=_("変更を確定する"),
        unknown=_("お心当たりのない場合は、このメールを破棄してください。何も変更されません。"),
    )


def _warn(resident: Resident, old: str, new: str, opening: str) -> None:
    token = make_link(
        resident.issuer,
        Purpose.EMAIL_STOP,
        old,
        lifetime=STOPPED_WITHIN,
        resident=resident,
        data={"to": new},
    )
    tell(
        resident,
        "email_change_told",
        subject=_("メールアドレス変更のお知らせ"),
        opening=opening,
        facts=((_("新しいメールアドレス"), masked(new)),),
        to=old,
        page=f"account/email/stop/{token}/",
        link_label=_("変更を取り消す"),
        closing=(
            _("ご本人による変更の場合は、何もしなくてかまいません。"),
            _("取り消しのページは、7日間ご利用いただけます。"),
        ),
        unknown=_(
            "お心当たりのない場合は、すぐに上のページを開いて変更を取り消し、"
            "下記の事務局までご連絡ください。"
        ),
    )


def _tell_stopped(resident: Resident) -> None:
    tell(
        resident,
        "email_change_stopped",
        subject=_("メールアドレス変更の取り消しのお知らせ"),
        opening=_(
            "メールアドレスの変更を取り消し、すべての端末からログアウトしました。"
            "どなたかがあなたのパスワードを知っているおそれがあります。"
            "次のページで新しいパスワードを設定してください。"
        ),
        page="recover/",
        link_label=_("パスワードを再設定する"),
    )


def _end_links_since(resident: Resident, stop: MailedLink) -> None:
    """End the resident's links, but leave to earlier addresses their right to take back what came
    before: otherwise a thief who changes the address twice could stop their own second
    change, and so end the owner's way back from the first."""
    end_links(resident, [each for each in Purpose.values if each != Purpose.EMAIL_STOP])
    MailedLink.objects.filter(
        resident=resident, purpose=Purpose.EMAIL_STOP, used_at=None, made_at__gte=stop.made_at
    ).update(used_at=clock.now())


def masked(email: str) -> str:
    """``h***@example.jp``: enough for its owner, nothing for others."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _owner(link: MailedLink) -> Resident:
    if link.resident is None:
        raise LookupError("a link to change a mail address names its resident")
    return link.resident
