"""操作の記録: every act of staff, here and in the shops."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hansatsu.issuers.models import AuditEntry
from hansatsu.wallets.japan import in_japan
from hansatsu.web.audit_words import act_words, lines, place_words
from hansatsu.web.console.access import Clerk, clerk_of
from hansatsu.web.console.admin.base import IssuerAdmin
from hansatsu.web.console.admin.columns import column
from hansatsu.web.console.subjects import Subject, subjects_of


class AuditAdmin(IssuerAdmin):
    """Read only: the database itself refuses to change a line."""

    list_display = ("when", "what", "who", "where", "about", "why")
    ordering = ("-id",)
    search_fields = ("actor_name", "subject", "reason", "act")
    search_help_text = _("担当者、対象、理由のことばで探せます。")
    fields = ("when", "what", "who", "where", "about", "why", "changes", "from_where")
    readonly_fields = fields

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """The names of what acts were done to."""
        _add_subjects(clerk, rows)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """One act, with the name of what it was done to."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            _add_subjects(clerk_of(request), [entry])
        return entry

    def name_of(self, thing: AuditEntry) -> str:
        """The act in words."""
        return act_words(thing.act)

    @column(_("日時"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        """To the second, in Japan."""
        return f"{in_japan(entry.at):%Y/%m/%d %H:%M:%S}"

    @column(_("操作"), ordering="act")
    def what(self, entry: AuditEntry) -> str:
        """The act in words."""
        return act_words(entry.act)

    @column(_("担当者"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        """The name they had then."""
        return entry.actor_name

    @column(_("場所"))
    def where(self, entry: AuditEntry) -> str:
        """The console, or which shop."""
        return place_words(entry)

    @column(_("対象"))
    def about(self, entry: AuditEntry) -> str:
        """What it was done to: its name, and a way to its page."""
        subject = getattr(entry, "found", Subject(entry.subject))
        if not subject.href:
            return subject.name
        return format_html('<a class="underline" href="{}">{}</a>', subject.href, subject.name)

    @column(_("理由"))
    def why(self, entry: AuditEntry) -> str:
        """In their words."""
        return entry.reason or "—"

    @column(_("アクセス元"))
    def from_where(self, entry: AuditEntry) -> str:
        """The network address and the browser or terminal."""
        return " · ".join(part for part in (entry.address, entry.browser) if part) or "—"

    @column(_("変わったこと"))
    def changes(self, entry: AuditEntry) -> SafeString:
        """Before and after, a line for each thing."""
        said = format_html_join("", "<li>{}</li>", ((line,) for line in lines(entry)))
        return format_html("<ul>{}</ul>", said) if said else SafeString("—")


def _add_subjects(clerk: Clerk, entries: Iterable[AuditEntry]) -> None:
    entries = list(entries)
    found = subjects_of(clerk, (entry.subject for entry in entries))
    for entry in entries:
        entry.found = found[entry.subject]  # type: ignore[attr-defined] # for the column
