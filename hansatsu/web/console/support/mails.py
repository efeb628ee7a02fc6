"""メール: what was sent to residents, and what did not arrive."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.support.acts import may_be_resent
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.masks import mask_addresses, mask_email
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.cells import badge, moment
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.support.timeline_words import mail_state_words

TONES = {"sent": "success", "failed": "warning", "bounced": "danger"}


class MailAdmin(IssuerAdmin):
    """Read only, the address masked, and never what stands in a mail: it names its reader."""

    recorded_as = "mail"

    list_display = ("when", "subject_", "to_", "state_", "sent")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(Mail.State.values, mail_state_words)),
    )
    list_select_related = ("resident",)
    ordering = ("-id",)
    found_first = "resident"
    search_fields = ("to__iexact", "resident__login_id__iexact")
    search_help_text = gettext_lazy("メールアドレスかログインIDの全部で探せます。")
    fields = ("when", "subject_", "to_", "state_", "sent", "tries", "error")
    readonly_fields = fields

    def links(self, clerk: Clerk, thing: Mail) -> list[Link]:
        """To whom it went, and to send it again."""
        resident = thing.resident
        if resident is None:
            return []
        pages = [("support_resident", resident.pk, _("利用者のできごと"), "history")]
        if may_be_resent(thing):
            pages.append(("support_mail", thing.pk, _("再送"), "send"))
        return [
            Link(label, console_url(page, number), icon)
            for page, number, label, icon in pages
            if clerk.may_open(page)
        ]

    def name_of(self, thing: Mail) -> str:
        """What stands above it."""
        return thing.subject

    @column(gettext_lazy("作成日時"), ordering="id")
    def when(self, mail: Mail) -> str:
        """When it was composed."""
        return moment(mail.created_at)

    @column(gettext_lazy("件名"))
    def subject_(self, mail: Mail) -> str:
        """What it is about."""
        return mail.subject

    @column(gettext_lazy("宛先"))
    def to_(self, mail: Mail) -> str:
        """Masked."""
        return mask_email(mail.to)

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, mail: Mail) -> SafeString:
        """As a badge."""
        return badge(mail_state_words(mail.state), TONES.get(mail.state, ""))

    @column(gettext_lazy("送信日時"), ordering="sent_at")
    def sent(self, mail: Mail) -> str:
        """When the mail server took it."""
        return moment(mail.sent_at)

    @column(gettext_lazy("送信の回数"))
    def tries(self, mail: Mail) -> int:
        """How often it was tried."""
        return mail.attempts

    @column(gettext_lazy("メールサーバーの返事"))
    def error(self, mail: Mail) -> str:
        """Why it was not taken at the last try."""
        return mask_addresses(mail.last_error) or "—"
