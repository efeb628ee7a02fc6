"""What was closed for a shop, and how its payout stands."""

import re
from typing import Any

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.settlement.documents.told import settlements_told
from hansatsu.flows.settlement.shop_statements import find_statement, statements_of
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Parameter, Reply
from hansatsu.web.api.payments import shop_of
from hansatsu.web.api.problems import invalid, refuse
from hansatsu.web.api.queries import LIMIT, LISTED, MOST_LISTED, whole_number
from hansatsu.web.api.schemas import Settlement, Settlements
from hansatsu.web.api.threads import in_thread

NUMBER = re.compile(r"([0-9]{4,9})-([A-Z0-9]{1,16})", re.ASCII)
"""A statement's number: that of its closing, and the shop's code."""
CLOSING = re.compile(r"[0-9]{1,9}", re.ASCII)


async def index(call: Call) -> Reply:
    """GET /settlements."""
    limit = whole_number(call.query, "limit", LISTED, 1, MOST_LISTED)
    return Reply(200, await in_thread(_list, call.caller, call.query.get("cursor"), limit))


async def show(call: Call) -> Reply:
    """GET /settlements/{id}."""
    number = call.params["id"]
    return Reply(200, await in_thread(_find, call.caller, number), about=number[:64])


def _list(caller: Caller, cursor: str | None, limit: int) -> Any:
    found = statements_of(shop_of(caller))
    if cursor is not None:
        if not CLOSING.fullmatch(cursor):
            raise invalid("cursor", "It is next_cursor of an earlier page.")
        found = found.filter(closing__number__lt=int(cursor))
    rows = list(found[: limit + 1])
    items = settlements_told(rows[:limit])
    return {
        "items": items,
        "next_cursor": str(rows[limit - 1].closing.number) if len(rows) > limit else None,
    }


def _find(caller: Caller, number: str) -> Any:
    shop = shop_of(caller)
    named = NUMBER.fullmatch(number)
    found = find_statement(shop, int(named[1])) if named and named[2] == shop.code else None
    if found is None or found.number != number:
        raise refuse("not_found")
    return settlements_told([found])[0]


OPERATIONS = (
    Operation(
        "GET",
        "/settlements",
        index,
        "List settlements",
        "What was closed for this shop, the newest first: what the statements (精算書) on the shop"
        " site say, and how the payout stands now. The amounts of a settlement never change; its"
        " `state`, `pay_on` and `paid_at` do.",
        tag="Settlements",
        returns=Settlements,
        errors=("invalid_request",),
        query=(
            LIMIT,
            Parameter(
                "cursor", "`next_cursor` of the page before.", {"type": "string", "maxLength": 9}
            ),
        ),
        example=(None, examples.SETTLEMENTS),
    ),
    Operation(
        "GET",
        "/settlements/{id}",
        show,
        "Show a settlement",
        "One of this shop's settlements, by its `id`: the statement's number.",
        tag="Settlements",
        returns=Settlement,
        errors=("not_found",),
        example=(None, examples.SETTLEMENT),
    ),
)
