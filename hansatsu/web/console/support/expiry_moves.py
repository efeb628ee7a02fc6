"""有効期限の変更: what was proposed, by whom, and what became of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.support.models import ExpiryMove
from hansatsu.parties.staff.two_people import ProposalState, has_lapsed
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.support.common import card_link, resident_link
from hansatsu.web.console.support.correction_words import proposal_state_words
from hansatsu.web.console.support.expiry_move_words import from_to_words, what_words
from hansatsu.web.shared.words import japan_time


class ExpiryMoveAdmin(IssuerAdmin):
    """Newest first; what waits is seen by its badge."""

    recorded_as = "expiry_move"

    list_display = ("when", "whose", "what", "from_to", "how_much", "state_", "by")
    ordering = ("-id",)
    fields = (
        *("state_", "whose", "what", "from_to", "how_much", "by", "when", "why"),
        *("lapses", "decided", "decided_why"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        names = ("resident", "card", "proposed_by", "decided_by")
        return super().get_queryset(request).select_related(*names)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To whom it is proposed for: it begins at a resident or a card."""
        find = Link(_("利用者・決済をさがす"), console_url("support_find"), "support_agent")
        return clerk.only_open(("support_find", find))

    def links(self, clerk: Clerk, thing: ExpiryMove) -> list[Link]:
        """To decide it."""
        if thing.state != ProposalState.PROPOSED:
            return []
        approve = Link(_("承認する"), console_url("expiry_move_approve", thing.pk), "check")
        decline = Link(_("却下する"), console_url("expiry_move_decline", thing.pk), danger=True)
        is_own = thing.proposed_by_id == clerk.staff.pk
        found = [("expiry_move_decline", decline)]
        if not is_own and not has_lapsed(thing):
            found.insert(0, ("expiry_move_approve", approve))
        return clerk.only_open(*found)

    @column(gettext_lazy("申請日時"), ordering="id")
    def when(self, thing: ExpiryMove) -> str:
        """When it was proposed."""
        return japan_time(thing.proposed_at)

    @column(gettext_lazy("対象"))
    def whose(self, thing: ExpiryMove) -> Any:
        """Whose wallet, masked."""
        if thing.resident:
            return resident_link(thing.resident)
        return card_link(thing.card) if thing.card else "—"

    @column(gettext_lazy("内容"))
    def what(self, thing: ExpiryMove) -> str:
        """Longer, or alive again."""
        return what_words(thing)

    @column(gettext_lazy("有効期限"))
    def from_to(self, thing: ExpiryMove) -> str:
        """The last day before, and after."""
        return from_to_words(thing)

    @column(gettext_lazy("金額"))
    def how_much(self, thing: ExpiryMove) -> str:
        """Yen, as it was proposed."""
        return value_words(thing.amount)

    @column(
        gettext_lazy("状態"),
        label={
            gettext_lazy("承認待ち"): "warning",
            gettext_lazy("承認済み"): "success",
            gettext_lazy("却下"): "danger",
        },
    )
    def state_(self, thing: ExpiryMove) -> str:
        """In words."""
        return proposal_state_words(thing)

    @column(gettext_lazy("申請した人"))
    def by(self, thing: ExpiryMove) -> str:
        """Who proposed it."""
        return thing.proposed_by.display_name

    @column(gettext_lazy("理由"))
    def why(self, thing: ExpiryMove) -> str:
        """Why."""
        return thing.reason

    @column(gettext_lazy("承認の期限"))
    def lapses(self, thing: ExpiryMove) -> str:
        """Until when it can be approved."""
        return japan_time(thing.lapses_at)

    @column(gettext_lazy("決めた人"))
    def decided(self, thing: ExpiryMove) -> str:
        """Who decided, and when."""
        if thing.decided_by is None or thing.decided_at is None:
            return "—"
        return f"{thing.decided_by.display_name} · {japan_time(thing.decided_at)}"

    @column(gettext_lazy("承認・却下の理由"))
    def decided_why(self, thing: ExpiryMove) -> str:
        """In their words."""
        return thing.decided_reason or "—"
