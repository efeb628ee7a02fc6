"""操作の記録: every act of staff, here and in the shops."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hansatsu.formats.japan import in_japan
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.web.console.frame.access import Clerk, clerk_of
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.listing import listed_links
from hansatsu.web.console.frame.lists import IssuerAdmin
from hansatsu.web.console.staff.record_filter import PARAMETERS, RecordFilter
from hansatsu.web.console.staff.record_search import meant
from hansatsu.web.console.staff.subjects import Subject, subjects_of
from hansatsu.web.shared.audit_words import done_words, lines, place_words
from hansatsu.web.shared.words import grouped

NAMED = 50
"""Things of an act that are named on its page."""


class AuditAdmin(IssuerAdmin):
    """Read only: the database itself refuses to change a line."""

    list_display = ("when", "what", "who", "where", "about", "why")
    ordering = ("-id",)
    search_fields = ("actor_name",)  # the box is there; what it finds is in get_search_results
    search_help_text = _("加盟店の番号か名前、決済ID、担当者、操作、理由のことばで探せます。")
    list_filter = (RecordFilter,)
    fields = ("when", "what", "who", "where", "about", "others", "why", "changes", "from_where")
    readonly_fields = fields

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, headed with what it is narrowed to."""
        about = request.GET.get("about", "")
        if not about:
            return super().changelist_view(request, extra_context)
        name = subjects_of(clerk_of(request), [about])[about].name
        title = gettext("操作の記録: %(name)s") % {"name": name}
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """The names of what acts were done to."""
        _add_subjects(clerk, rows)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """By what a clerk can name."""
        rows = queryset.defer("things")  # there may be thousands, and the list shows none
        if not search_term.strip():
            return rows, False
        return meant(clerk_of(request), search_term).narrow(rows), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the form beside the list sends."""
        return lookup in PARAMETERS

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """One act, with the name of what it was done to."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            _add_subjects(clerk_of(request), [entry])
            _add_others(clerk_of(request), entry)
        return entry

    def name_of(self, thing: AuditEntry) -> str:
        """The act in words."""
        return done_words(thing)

    @column(_("日時"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        """To the second, in Japan."""
        return f"{in_japan(entry.at):%Y/%m/%d %H:%M:%S}"

    @column(_("操作"), ordering="act")
    def what(self, entry: AuditEntry) -> str:
        """The act in words."""
        return done_words(entry)

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
        return _linked(getattr(entry, "found", Subject(entry.subject)))

    @column(_("関係するもの"))
    def others(self, entry: AuditEntry) -> SafeString | str:
        """What else it is about; of many, the first."""
        shown = [_linked(each) for each in getattr(entry, "others_found", [])]
        more = len(entry.things) - len(shown)
        said = [gettext("ほか%(more)s件") % {"more": grouped(more)}] if more > 0 else []
        return listed_links([*shown, *said]) or "—"

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
    found = subjects_of(clerk, [entry.subject for entry in entries])
    for entry in entries:
        entry.found = found[entry.subject]  # type: ignore[attr-defined] # for the columns


def _add_others(clerk: Clerk, entry: AuditEntry) -> None:
    others = entry.things[:NAMED]
    found = subjects_of(clerk, others)
    entry.others_found = [found[text] for text in others]  # type: ignore[attr-defined]


def _linked(subject: Subject) -> str:
    if not subject.href:
        return subject.name
    return format_html('<a class="underline" href="{}">{}</a>', subject.href, subject.name)
