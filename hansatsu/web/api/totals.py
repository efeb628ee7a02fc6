"""What a till's day amounts to."""

from datetime import date

from hansatsu.flows.payments.day_book import BookLine
from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.totalling import day_totals
from hansatsu.parties.shops.terminals import LONGEST_NAME
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Parameter, Reply
from hansatsu.web.api.payments import shop_of
from hansatsu.web.api.problems import invalid
from hansatsu.web.api.queries import DATE, day_of, text_of
from hansatsu.web.api.schemas import EmoneyTotal, Sum, TerminalTotal, Totals
from hansatsu.web.api.threads import in_thread


async def show(call: Call) -> Reply:
    """GET /totals."""
    terminal = text_of(call.query, "terminal", LONGEST_NAME)
    return Reply(200, await in_thread(_totals, call.caller, day_of(call.query), terminal))


def _totals(caller: Caller, day: date | None, terminal: str | None) -> Totals:
    found = day_totals(shop_of(caller), day, terminal)
    if found is None:
        raise invalid("terminal", "No terminal of this shop has this name.")
    return Totals(
        found.day.isoformat(),
        *_sums(found.total),
        [EmoneyTotal(line.name, *_sums(line)) for line in found.emoneys],
        [TerminalTotal(line.name, *_sums(line)) for line in found.terminals],
    )


def _sums(line: BookLine) -> tuple[Sum, Sum, int]:
    return Sum(line.payments, line.paid), Sum(line.refunds, line.refunded), line.net


OPERATIONS = (
    Operation(
        "GET",
        "/totals",
        show,
        "Total a day",
        "What 日計 on the shop site shows of a day: payments made on it, and refunds made on it, of"
        " whatever payments. A refund counts where it was made. Without `date`, today so far.",
        tag="Payments",
        returns=Totals,
        errors=("invalid_request",),
        query=(
            DATE,
            Parameter(
                "terminal",
                "Only this terminal's, by its name on the shop site as `by_terminal` has it.",
                {"type": "string", "maxLength": LONGEST_NAME},
                "レジ7",
            ),
        ),
        example=(None, examples.TOTALS),
    ),
)
