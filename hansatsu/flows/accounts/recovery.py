"""A forgotten login ID, a forgotten password (G2): by mail, and without telling a stranger whether
there is an account."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.limits import count_mail
from hansatsu.flows.accounts.registration import of_email
from hansatsu.flows.accounts.revoking import INTO_THE_ACCOUNT, end_links, end_log_ins
from hansatsu.messages.mail.account_letters import moment_words, post
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import revoke_devices
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.mailed_links import make_link, use_link
from hansatsu.parties.identity.models import MailedLink, Purpose, Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page

LINK_LIFE: Final = timedelta(hours=1)
MOST_ACCOUNTS: Final = 5
"""Of one mail address, that are written about; a family may share one."""


def mail_login_ids(issuer: Issuer, email: str, *, language: str, address: str) -> int:
    """Mail the login IDs of a mail address to it; to an unknown one, that there are none.

    Args:
        issuer: whose site it is.
        email: as ``clean_email`` gave it.
        language: of a mail to a stranger; residents have their own.
        address: the network address that asks.

    Returns for how many seconds to wait; above 0, nothing was sent.
    """
    if wait := count_mail(issuer, email, address):
        return wait
    with transaction.atomic():
        record(issuer, "login_id_asked", request_address=address)
        residents = list(of_email(issuer, email)[:MOST_ACCOUNTS])
        if residents:
            with translation.override(residents[0].language):
                _tell_login_ids(residents)
        else:
            with translation.override(language):
                _tell_unknown(issuer, email, language)
    return 0


def mail_password_link(
    issuer: Issuer, *, login_id: str = "", email: str = "", language: str, address: str
) -> int:
    """Mail a link for a new password to the resident with this login ID or mail address.

    An unknown mail address is told so by mail; for an unknown login ID the same work is done and
    undone, since there is nobody to write to.

    Args:
        issuer: whose site it is.
        login_id: as typed; without it
        email: as ``clean_email`` gave it.
        language: of a mail to a stranger.
        address: the network address that asks.

    Returns for how many seconds to wait; above 0, nothing was sent.
    """
    if wait := count_mail(issuer, email or login_id, address):
        return wait
    with transaction.atomic():
        residents = _meant(issuer, login_id, email)[:MOST_ACCOUNTS]
        for resident in residents:
            record(issuer, "password_asked", resident=resident, request_address=address)
            _mail_link(resident)
        if not residents:
            record(issuer, "password_asked", request_address=address)
            _do_as_much(issuer, login_id, language)
            if email:
                with translation.override(language):
                    _tell_unknown(issuer, email, language)
    return 0


def set_new_password(link: MailedLink, password: str, *, address: str) -> bool:
    """Set the password that a link is for. Every session and every saved device ends; passkeys
    stay, they are not what was forgotten.

    Args:
        link: for a password, found by ``find_link``.
        password: as ``clean_password`` gave it.
        address: the network address that it comes from.

    Returns False, and changes nothing, when the link has been used or has expired.
    """
    with transaction.atomic():
        if not use_link(link):
            return False
        resident = Resident.objects.select_for_update(of=("self",)).get(mailed_links=link)
        resident.set_password(password)
        resident.save(update_fields=["password"])
        end_links(resident, INTO_THE_ACCOUNT)
        revoke_devices(resident)
        end_log_ins(resident)
        record(link.issuer, "password_reset", resident=resident, request_address=address)
        with translation.override(resident.language):
            _tell_new_password(resident)
    return True


def _meant(issuer: Issuer, login_id: str, email: str) -> list[Resident]:
    if email:
        return list(of_email(issuer, email))
    residents = Resident.objects.of(issuer).select_related("issuer")
    return list(residents.filter(login_id=login_id, closed_at=None))


def _mail_link(resident: Resident) -> None:
    with translation.override(resident.language):
        _post_link(
            resident.issuer,
            resident,
            to=resident.email,
            login_id=resident.login_id,
            language=resident.language,
        )


def _do_as_much(issuer: Issuer, login_id: str, language: str) -> None:
    """What a known account would have cost, without any trace."""
    with transaction.atomic(), translation.override(language):
        _post_link(issuer, None, to="", login_id=login_id, language=language)
        transaction.set_rollback(True)


def _post_link(
    issuer: Issuer, resident: Resident | None, *, to: str, login_id: str, language: str
) -> None:
    token = make_link(issuer, Purpose.PASSWORD, to, lifetime=LINK_LIFE, resident=resident)
    post(
        resident,
        issuer,
        "password_link",
        to=to,
        language=language,
        subject=_("パスワード再設定のご案内"),
        opening=_(
            "パスワードの再設定のお申し込みを受け付けました。次のページを開いて、新しいパスワードを設定してください。"
        ),
        link=site_page(issuer, f"recover/{token}/"),
        link_label=_("新しいパスワードを設定する"),
        facts=[
            (_("ログインID"), login_id),
            (_("このページの有効期限"), moment_words(clock.now() + LINK_LIFE, language)),
        ],
        unknown=_(
            "お心当たりのない場合は、このメールを削除してください。パスワードは変わりません。"
        ),
    )


def _tell_login_ids(residents: list[Resident]) -> None:
    first = residents[0]
    issuer = first.issuer
    post(
        first,
        issuer,
        "login_id",
        to=first.email,
        language=first.language,
        subject=_("ログインIDのお知らせ"),
        opening=_("このメールアドレスで登録されているログインIDは、次のとおりです。"),
        facts=[(_("ログインID"), each.login_id) for each in residents],
        link=site_page(issuer, "login/"),
        link_label=_("ログインする"),
        unknown=_("お手続きにお心当たりのない場合は、このメールを削除してください。"),
    )


def _tell_unknown(issuer: Issuer, email: str, language: str) -> None:
    post(
        None,
        issuer,
        "unknown_email",
        to=email,
        language=language,
        subject=_("ご登録の確認について"),
        opening=_(
            "%(issuer)sの利用者サイトに、このメールアドレスでのご登録は見つかりませんでした。"
            "別のメールアドレスで登録されているか、まだ登録されていません。"
        )
        % {"issuer": issuer.local_name},
        link=site_page(issuer, "login/"),
        link_label=_("利用者サイトを開く"),
        unknown=_("お手続きにお心当たりのない場合は、このメールを削除してください。"),
    )


def _tell_new_password(resident: Resident) -> None:
    issuer = resident.issuer
    post(
        resident,
        issuer,
        "password_reset",
        to=resident.email,
        language=resident.language,
        subject=_("パスワード変更のお知らせ"),
        opening=_("パスワードが再設定されました。"),
        facts=[
            (_("ログインID"), resident.login_id),
            (_("変更日時"), moment_words(clock.now(), resident.language)),
        ],
        closing=[
            _("ログインしていた端末は、すべてログアウトしました。もう一度ログインしてください。")
        ],
        unknown=_(
            "お心当たりのない場合は、どなたかがこのメールを読んだおそれがあります。"
            "すぐに下記の事務局までご連絡ください。"
        ),
    )
