"""Sending one mail, at least once."""

import smtplib
from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import translation

from hansatsu.messages.mail.addresses import deliverable
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.sessions import SESSIONS
from hansatsu.parties import clock

LONGEST_ERROR = 500


class NotSentError(Exception):
    """The mail server could not take the mail now; try again later."""


def deliver(mail_id: int) -> None:
    """Send a mail unless it was sent or given up before.

    When this process is killed between sending and noting so, the mail is sent twice, with the
    same Message-ID: a receiver that cares can tell.

    Raises:
        NotSentError: when the mail server is down or refuses for now. The mail is ``failed``.
    """
    mail = Mail.objects.select_related("issuer").get(pk=mail_id)
    if mail.state in (Mail.State.SENT, Mail.State.BOUNCED):
        return
    try:
        with SESSIONS.lent() as session:
            session.send_messages([_message(mail)])
    except smtplib.SMTPRecipientsRefused as refusal:
        permanent = all(500 <= code < 600 for code, _ in refusal.recipients.values())
        _note(mail, Mail.State.BOUNCED if permanent else Mail.State.FAILED, error=refusal)
        if not permanent:
            raise NotSentError(str(refusal)) from refusal
    except (smtplib.SMTPException, OSError) as error:
        _note(mail, Mail.State.FAILED, error=error)
        raise NotSentError(str(error)) from error
    else:
        _note(mail, Mail.State.SENT)


def _message(mail: Mail) -> EmailMultiAlternatives:
    with translation.override(mail.language):
        sender = formataddr((mail.issuer.local_name, mail.issuer.mail_from))
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender,
        to=[deliverable(mail.to)],
        headers={
            "Message-ID": f"<{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{mail.issuer.domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _note(mail: Mail, state: Mail.State, error: Exception | None = None) -> None:
    over = state in (Mail.State.SENT, Mail.State.BOUNCED)
    erased = {"text": "", "html": ""} if over and mail.has_secret else {}
    Mail.objects.filter(pk=mail.pk).update(
        **erased,
        state=state,
        attempts=F("attempts") + 1,
        last_error="" if error is None else str(error)[:LONGEST_ERROR],
        sent_at=clock.Now() if state == Mail.State.SENT else None,
    )
