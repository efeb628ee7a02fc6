"""Sending a mail, at least once, and keeping what came of it."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from hansatsu.messages.mail.addresses import deliverable
from hansatsu.messages.mail.mime import mime_of
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.sessions import SESSIONS

LONGEST_ERROR = 500

KEEP = """
    update notifications_mail as m set
        state = said.state, attempts = m.attempts + 1, last_error = said.error,
        sent_at = case when said.state = 'sent' then ledger.now() end,
        text = case when said.erased then '' else m.text end,
        html = case when said.erased then '' else m.html end
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[])
        as said (id, state, error, erased)
    where m.id = said.id
"""


class NotSentError(Exception):
    """The mail server could not take the mail now; try again later."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try.

    Attributes:
        mail: that was tried, or had been before.
        state: ``sent``, ``bounced`` or ``failed``.
        error: what the server or the network said; empty when the mail was sent.
        is_of_server: True when others will hardly fare better: it is not the recipient who was
            refused.
        is_new: False when nothing was tried, since the mail was over.
    """

    mail: Mail
    state: Mail.State
    error: str = ""
    is_of_server: bool = False
    is_new: bool = True

    @property
    def is_over(self) -> bool:
        """True when the mail is not tried again."""
        return self.state != Mail.State.FAILED


def deliver(mail_id: int) -> None:
    """Send a mail unless it was sent or given up before.

    When this process is killed between sending and noting so, the mail is sent twice, with the
    same Message-ID: a receiver that cares can tell.

    Raises:
        NotSentError: when the mail server is down or refuses for now. The mail is ``failed``.
    """
    outcome = attempt(Mail.objects.select_related("issuer").get(pk=mail_id))
    keep([outcome])
    if not outcome.is_over:
        raise NotSentError(outcome.error)


def attempt(mail: Mail) -> Outcome:
    """Try to send a mail, whose issuer is loaded, unless it is over already. What comes of it is
    not kept yet."""
    if mail.state in (Mail.State.SENT, Mail.State.BOUNCED):
        return Outcome(mail, Mail.State(mail.state), is_new=False)
    try:
        with SESSIONS.lent() as session:
            _send(session, mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        permanent = all(500 <= code < 600 for code, _ in refusal.recipients.values())
        state = Mail.State.BOUNCED if permanent else Mail.State.FAILED
        return Outcome(mail, state, str(refusal))
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(mail, Mail.State.FAILED, str(error), is_of_server=True)
    return Outcome(mail, Mail.State.SENT)


def keep(outcomes: Sequence[Outcome]) -> None:
    """Keep what came of tries, in one statement."""
    new = [each for each in outcomes if each.is_new]
    if not new:
        return
    columns = (
        [each.mail.pk for each in new],
        [each.state.value for each in new],
        [each.error[:LONGEST_ERROR] for each in new],
        [each.is_over and each.mail.has_secret for each in new],
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP, columns)


def _send(session: EmailBackend, mail: Mail) -> None:
    sender = session.prep_address(mail.issuer.mail_from)
    to = session.prep_address(deliverable(mail.to))
    assert session.connection is not None  # a session that is lent is open
    session.connection.sendmail(sender, [to], mime_of(mail, sender=sender, to=to))
