"""残高の訂正: what was proposed, by whom, and what became of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support.models import Correction
from hansatsu.formats.japan import last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.staff.two_people import ProposalState, has_lapsed
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.support.common import card_link, resident_link
from hansatsu.web.console.support.correction_words import proposal_state_words, signed_words
from hansatsu.web.shared.words import japan_time, until_short


class CorrectionAdmin(IssuerAdmin):
    """Newest first; what waits is seen by its badge."""

    recorded_as = "correction"

    list_display = ("when", "whose", "how_much", "state_", "by", "why")
    ordering = ("-id",)
    fields = (
        *("state_", "whose", "how_much", "emoney_", "which", "until", "by", "when", "why"),
        *("lapses", "decided", "decided_why"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        names = ("resident", "card", "emoney", "proposed_by", "decided_by")
        return super().get_queryset(request).select_related(*names)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To whom it is proposed for: it begins at a resident or a card."""
        find = Link(_("利用者・決済をさがす"), console_url("support_find"), "support_agent")
        return clerk.only_open(("support_find", find))

    def links(self, clerk: Clerk, thing: Correction) -> list[Link]:
        """To decide it."""
        if thing.state != ProposalState.PROPOSED:
            return []
        approve = Link(_("承認する"), console_url("correction_approve", thing.pk), "check")
        decline = Link(_("却下する"), console_url("correction_decline", thing.pk), danger=True)
        is_own = thing.proposed_by_id == clerk.staff.pk
        found = [("correction_decline", decline)]
        if not is_own and not has_lapsed(thing):
            found.insert(0, ("correction_approve", approve))
        return clerk.only_open(*found)

    @column(gettext_lazy("申請日時"), ordering="id")
    def when(self, thing: Correction) -> str:
        """When it was proposed."""
        return japan_time(thing.proposed_at)

    @column(gettext_lazy("対象"))
    def whose(self, thing: Correction) -> Any:
        """Whose wallet, masked."""
        if thing.resident:
            return resident_link(thing.resident)
        return card_link(thing.card) if thing.card else "—"

    @column(gettext_lazy("訂正金額"))
    def how_much(self, thing: Correction) -> str:
        """Signed yen."""
        return signed_words(thing.amount)

    @column(
        gettext_lazy("状態"),
        label={
            gettext_lazy("承認待ち"): "warning",
            gettext_lazy("承認済み"): "success",
            gettext_lazy("却下"): "danger",
        },
    )
    def state_(self, thing: Correction) -> str:
        """In words."""
        return proposal_state_words(thing)

    @column(gettext_lazy("申請した人"))
    def by(self, thing: Correction) -> str:
        """Who proposed it."""
        return thing.proposed_by.display_name

    @column(gettext_lazy("理由"))
    def why(self, thing: Correction) -> str:
        """Why."""
        return thing.reason

    @column(gettext_lazy("電子マネー"))
    def emoney_(self, thing: Correction) -> str:
        """Of which emoney."""
        return thing.emoney.local_name

    @column(gettext_lazy("減らす残高"))
    def which(self, thing: Correction) -> str:
        """管理番号 of the lot that it is taken from, while it holds anything."""
        held = ledger.lots(ledger_connection(), thing.issuer_id, thing.wallet_id)
        numbers = {lot.lot_id: lot.management_number for lot in held}
        return numbers.get(thing.lot_id or 0, "—")

    @column(gettext_lazy("有効期限"))
    def until(self, thing: Correction) -> str:
        """Of new value."""
        return "—" if thing.lot_id else until_short(last_day(thing.expires_at))

    @column(gettext_lazy("承認の期限"))
    def lapses(self, thing: Correction) -> str:
        """Until when it can be approved."""
        return japan_time(thing.lapses_at)

    @column(gettext_lazy("決めた人"))
    def decided(self, thing: Correction) -> str:
        """Who decided, and when."""
        if thing.decided_by is None or thing.decided_at is None:
            return "—"
        return f"{thing.decided_by.display_name} · {japan_time(thing.decided_at)}"

    @column(gettext_lazy("承認・却下の理由"))
    def decided_why(self, thing: Correction) -> str:
        """In their words."""
        return thing.decided_reason or "—"
