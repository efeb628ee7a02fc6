"""Registering (G1): a mail with a link, a form behind it, and a resident at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.details import TYPED, Details, read_details, read_password
from hansatsu.flows.accounts.limits import count_mail
from hansatsu.flows.accounts.terms import agree
from hansatsu.messages.mail.account_letters import moment_words, post
from hansatsu.parties import clock
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.fields import LONGEST
from hansatsu.parties.identity.mailed_links import make_link, use_link
from hansatsu.parties.identity.models import MailedLink, Purpose, Resident, Terms
from hansatsu.parties.identity.residents import NewResident, open_resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page

LINK_LIFE: Final = timedelta(hours=24)
MOST_CHECKS: Final = 20
"""Login IDs that one link may ask about while typing; more would be a search for residents."""


LoginIdState = Literal["free", "taken", "unknown"]


@dataclass(frozen=True, slots=True)
class Form:
    """The form as read; without ``errors`` it can be registered."""

    details: Details
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of the last step.

    ``known``: the mail address has been registered meanwhile; ``taken``: the login ID has;
    ``used``: the link has been used up or has expired.
    """

    outcome: Literal["ok", "known", "taken", "used"]
    resident: Resident | None = None


def ask_to_register(
    issuer: Issuer, email: str, *, terms: Terms, language: str, address: str
) -> int:
    """Mail a link that opens the form; to a known address, that it is known.

    Both do the same work, so that neither words nor time tell a stranger which it was.

    Args:
        issuer: whose site it is.
        email: as ``clean_email`` gave it.
        terms: the version that was read and agreed to.
        language: of the mail.
        address: the network address that asks.

    Returns for how many seconds to wait; above 0, nothing was sent.
    """
    if wait := count_mail(issuer, email, address):
        return wait
    with transaction.atomic(), translation.override(language):
        record(issuer, "registration_asked", request_address=address)
        residents = list(of_email(issuer, email))
        with transaction.atomic():
            token = make_link(
                issuer, Purpose.REGISTER, email, lifetime=LINK_LIFE, data={"terms": terms.pk}
            )
            if residents:
                transaction.set_rollback(True)
        if residents:
            _tell_known(issuer, residents, language)
        else:
            _invite(issuer, email, token, clock.now() + LINK_LIFE, language)
    return 0


def login_id_state(link: MailedLink, login_id: str, *, most: int = MOST_CHECKS) -> LoginIdState:
    """Whether ``login_id`` is free, as far as this link may still ask. What it has asked before is
    not counted again."""
    with transaction.atomic():
        row = MailedLink.objects.select_for_update().get(pk=link.pk)
        checked: list[str] = row.data.setdefault("checked", [])
        if login_id not in checked:
            if len(checked) >= most:
                return "unknown"
            checked.append(login_id)
            row.save(update_fields=["data"])
    return "taken" if _is_taken(link.issuer, login_id) else "free"


def read_form(link: MailedLink, typed: Mapping[str, str], password: str) -> Form:
    """Read the form behind a link and keep it with the link, right or wrong: neither an error nor
    a page closed by mistake loses what was typed. Of the password the hash is kept.

    Args:
        link: found by ``find_link``.
        typed: by the names in ``details.TYPED``.
        password: as typed; empty to leave the one that is kept.
    """
    held = {name: typed.get(name, "")[:LONGEST].replace("\0", "") for name in TYPED}
    kept: str = link.data.get("password", "")
    details = read_details(held)
    errors = dict(details.errors)
    if "login_id" not in errors:
        errors |= _login_id_errors(link, details.values["login_id"])
    secret = read_password(password, kept, details, link.email)
    if secret.error:
        errors["password"] = secret.error
    _keep(link, held, secret.value)
    return Form(details, errors)


def register(link: MailedLink, details: Details, *, language: str, address: str) -> Registered:
    """Make the resident, use the link up, and mail that it is done. All or nothing.

    Args:
        link: found by ``find_link``; its draft holds the password's hash.
        details: without errors.
        language: of the resident's mails.
        address: the network address that it comes from.
    """
    try:
        with transaction.atomic():
            return _register(link, details, language, address)
    except (IntegrityError, ValidationError):
        if _is_taken(link.issuer, details.values["login_id"]):
            return Registered("taken")
        raise


def of_email(issuer: Issuer, email: str) -> QuerySet[Resident]:
    """The residents with this mail address, oldest first; letters' case does not matter."""
    residents = Resident.objects.of(issuer).select_related("issuer")
    return residents.filter(email__iexact=email, closed_at=None).order_by("pk")


def _is_taken(issuer: Issuer, login_id: str) -> bool:
    """True when somebody has this login ID, or had it: they are not given out again."""
    return Resident.objects.of(issuer).filter(login_id=login_id).exists()


def _login_id_errors(link: MailedLink, login_id: str) -> dict[str, str]:
    match login_id_state(link, login_id, most=2 * MOST_CHECKS):
        case "taken":
            return {"login_id": _("このログインIDはすでに使われています。別のものにしてください。")}
        case "unknown":
            return {
                "login_id": _(
                    "ログインIDを確認できる回数を超えました。"
                    "もう一度メールアドレスの登録からお手続きください。"
                )
            }
        case "free":
            return {}


def _keep(link: MailedLink, typed: dict[str, str], password_hash: str) -> None:
    with transaction.atomic():
        row = MailedLink.objects.select_for_update().get(pk=link.pk)
        if row.used_at is None:
            row.data |= {"typed": typed, "password": password_hash}
            row.save(update_fields=["data"])
        link.data = row.data


def _register(link: MailedLink, details: Details, language: str, address: str) -> Registered:
    issuer = link.issuer
    # every open link of this address is locked, so that two of them make one resident
    links = MailedLink.objects.of(issuer).filter(
        purpose=Purpose.REGISTER, email__iexact=link.email, used_at=None
    )
    list(links.select_for_update().order_by("pk"))
    if not use_link(link):
        return Registered("used")
    if of_email(issuer, link.email).exists():
        return Registered("known")
    new = NewResident(email=link.email, language=language, **details.values)
    resident = open_resident(issuer, new, password_hash=link.data["password"])
    agree(resident, Terms.objects.of(issuer).get(pk=link.data["terms"]))
    links.update(used_at=clock.now(), data={})
    MailedLink.objects.filter(pk=link.pk).update(data={})
    record(issuer, "registered", resident=resident, request_address=address)
    with translation.override(language):
        _welcome(resident)
    return Registered("ok", resident)


def _invite(issuer: Issuer, email: str, token: str, until: datetime, language: str) -> None:
    post(
        None,
        issuer,
        "register",
        to=email,
        language=language,
        subject=_("ご登録手続きのご案内"),
        opening=_(
            "%(issuer)sの利用者サイトにお申し込みいただき、ありがとうございます。次のページを開いて、ご登録を続けてください。"
        )
        % {"issuer": issuer.local_name},
        link=site_page(issuer, f"register/{token}/"),
        link_label=_("登録を続ける"),
        facts=[(_("このページの有効期限"), moment_words(until, language))],
        closing=[_("まだ登録は完了していません。")],
        unknown=_("お心当たりのない場合は、このメールを削除してください。登録はされません。"),
    )


def _tell_known(issuer: Issuer, residents: list[Resident], language: str) -> None:
    post(
        residents[0],
        issuer,
        "register_known",
        to=residents[0].email,
        language=language,
        subject=_("ご登録手続きのご案内"),
        opening=_(
            "このメールアドレスは、すでに登録されています。次のページからログインしてください。"
        ),
        link=site_page(issuer, "login/"),
        link_label=_("ログインする"),
        facts=[(_("ログインID"), "、".join(each.login_id for each in residents))],
        closing=[
            _(
                "パスワードをお忘れの方は、そのページの「ログインID及びパスワードを忘れた方」を押してください。"
            )
        ],
        unknown=_("お手続きにお心当たりのない場合は、このメールを削除してください。"),
    )


def _welcome(resident: Resident) -> None:
    issuer = resident.issuer
    post(
        resident,
        issuer,
        "registered",
        to=resident.email,
        language=resident.language,
        subject=_("ご登録完了のお知らせ"),
        opening=_("%(issuer)sの利用者サイトへのご登録が完了しました。")
        % {"issuer": issuer.local_name},
        link=site_page(issuer),
        link_label=_("利用者サイトを開く"),
        facts=[
            (_("ログインID"), resident.login_id),
            (_("登録日時"), moment_words(resident.created_at, resident.language)),
        ],
        closing=[_("このページをお気に入り(ブックマーク)に登録すると、次回から簡単に開けます。")],
    )
