"""What all lists of the console have in common: one issuer's things, and nothing is deleted.

Rows come from ``Model.objects.of(issuer)``: a thing of another issuer is not found, whichever page
asks for it. A page shows; what is done with a thing has a page of its own (``asking``). Who may is
in ``permissions``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, cast
from urllib.parse import urlencode

from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from hansatsu.parties.issuers.models import Issuer
from hansatsu.system.unseen import without_unseen_in_name
from hansatsu.web.console.frame.access import Clerk, clerk_of, console_url
from hansatsu.web.console.frame.found_first import search
from hansatsu.web.console.frame.needing import comes_first
from hansatsu.web.console.frame.paging import CappedPaginator
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.shared.language import PARAMETER


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a list or a thing to a page where something is done."""

    label: str
    href: str
    icon: str = ""
    danger: bool = False


class _Scoped(Protocol):
    def of(self, issuer: Issuer) -> "QuerySet[Any]": ...


def record_links(clerk: Clerk, subject: str) -> list[Link]:
    """For the page of a thing: to the acts of staff that are on record about it."""
    href = f"{console_url('issuers_auditentry_changelist')}?{urlencode({'about': subject})}"
    way = Link(_("操作の記録"), href, "history_edu")
    return clerk.only_open(("issuers_auditentry_changelist", way))


def of_issuer[Thing: Model](model: type[Thing], issuer: Issuer) -> "QuerySet[Thing]":
    """The rows of ``issuer``. A model without such a manager has no place in the console."""
    return cast(_Scoped, model._default_manager).of(issuer)


class IssuerAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Things of one issuer, shown; see the module."""

    change_list_template = "console/change_list.html"
    change_form_template = "console/change_form.html"
    actions = None
    list_filter_sheet = False
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    list_fullwidth = True
    recorded_as = ""
    """What the record (操作の記録) calls such a thing, as ``shop`` in ``shop:5``; empty when no act
    of staff is about it."""
    personal_search_fields: tuple[str, ...] = ()
    """Names, mail addresses and log-in IDs, for who may find people (``Act.SUPPORT``). Lists mask
    them, so that each is compared as a whole (``__iexact``): anyone who may ask for a part can
    read all, letter by letter."""
    personal_search_help_text: Any = ""
    found_first = ""
    """By which such a thing names what it belongs to and is searched by, as ``resident``, where
    there may be a million of both (``found_first``): each field is a lookup then."""

    def list_links(self, clerk: Clerk) -> list[Link]:
        """What can be done from the list."""
        return []

    def links(self, clerk: Clerk, thing: Any) -> list[Link]:
        """What can be done with a thing."""
        return []

    def name_of(self, thing: Any) -> str:
        """What its page is headed with: its name in the reader's language where it has names."""
        return str(getattr(thing, "local_name", thing))

    def get_urls(self) -> list[URLPattern]:
        """The list and one page a thing."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("<int:object_id>/", view(self._page), name=f"{name}_change"),
        ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """The issuer's, newest or first as the list has it."""
        rows = of_issuer(self.model, clerk_of(request).issuer)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """What was pasted, a name or a number, is looked for without the characters that nobody
        sees."""
        text = without_unseen_in_name(search_term)
        if self.found_first:
            fields, issuer = self.get_search_fields(request), clerk_of(request).issuer
            return search(issuer, queryset, fields, text, self.found_first), False
        found: tuple[Any, bool] = super().get_search_results(request, queryset, text)
        return found

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """What the reader may search by."""
        personal = self.personal_search_fields if _finds_people(request) else ()
        return (*self.search_fields, *personal)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what the reader may search by, in words."""
        rows = super().get_changelist_instance(request)
        if self.personal_search_fields and _finds_people(request):
            rows.search_help_text = self.personal_search_help_text
        return rows

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the list's filters offer, and nothing else: Django lets an address ask any question
        of a thing's own fields, of those that are masked or not shown as well."""
        return lookup in {each.parameter_name for each in self.get_list_filter(request)}

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """None: what belongs to a thing has a list of its own."""
        return []

    def has_module_permission(self, request: HttpRequest) -> bool:
        """True when the list may be opened."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the page's own: ``guarded`` has let in only who may open it."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Things are made on pages of their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what is done with a thing has a page of its own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what has been, stays on record."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. The choice of a language is no filter of it."""
        query = request.GET.copy()
        query.pop(PARAMETER, None)
        request.GET = query  # type: ignore[assignment] # a QueryDict as the other
        page = {
            "title": self.opts.verbose_name_plural,
            "links": self.list_links(clerk_of(request)),
            **(extra_context or {}),
        }
        response = cast(HttpResponse, super().changelist_view(request, page))
        if isinstance(response, TemplateResponse) and response.context_data:
            rows = response.context_data["cl"]
            self.prepare(rows.result_list, clerk_of(request))
            rows.empty = None if rows.result_count else self._empty(request, rows)
        return response

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """Write into the rows of a list what stands elsewhere of them, asked for once for all."""

    def _empty(self, request: HttpRequest, rows: Any) -> dict[str, Any]:
        """Whether a list without lines was narrowed; if not, what comes first. It stands in the
        list itself: its lines are drawn without the rest of the page."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        is_narrowed = bool(rows.query or rows.filter_params.keys() - {ORDER_VAR})
        ways = [] if is_narrowed else comes_first(clerk_of(request), name)
        links = self.list_links(clerk_of(request))
        return {"is_narrowed": is_narrowed, "ways": ways, "links": links}

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        clerk = clerk_of(request)
        thing = self.get_queryset(request).filter(pk=object_id).first()
        if thing is None:
            raise Http404("not this issuer's")
        page = {
            "title": self.opts.verbose_name,
            "subtitle": self.name_of(thing),
            "links": self.links(clerk, thing) + self._record(clerk, thing),
            "back": Link(
                str(self.opts.verbose_name_plural),
                console_url(f"{self.opts.app_label}_{self.opts.model_name}_changelist"),
            ),
        }
        return cast(HttpResponse, self.changeform_view(request, str(object_id), "", page))

    def _record(self, clerk: Clerk, thing: Any) -> list[Link]:
        """To what staff did with it."""
        return record_links(clerk, f"{self.recorded_as}:{thing.pk}") if self.recorded_as else []

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> NoReturn:
        raise Http404("not this issuer's")


def _finds_people(request: HttpRequest) -> bool:
    return clerk_of(request).may(Act.SUPPORT)


def found[Thing: Model](clerk: Clerk, model: type[Thing], pk: int) -> Thing:
    """The issuer's thing of this id."""
    thing = of_issuer(model, clerk.issuer).filter(pk=pk).first()
    if thing is None:
        raise Http404("not this issuer's")
    return thing
