"""Codes to practise with, at sandbox and demo issuers."""

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.practice_codes import make_practice_code
from hansatsu.parties.shops.models import Scope
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Reply
from hansatsu.web.api.payments import shop_of
from hansatsu.web.api.problems import refuse
from hansatsu.web.api.schemas import NewPracticeCode, PracticeCode
from hansatsu.web.api.threads import in_thread


async def make_code(call: Call) -> Reply:
    """POST /sandbox/codes."""
    if not call.caller.practises:
        raise refuse("not_found")
    return Reply(201, PracticeCode(await in_thread(_make, call.caller, call.body)))


def _make(caller: Caller, asked: NewPracticeCode) -> str:
    return make_practice_code(shop_of(caller), asked.scenario, asked.balance)


OPERATIONS = (
    Operation(
        "POST",
        "/sandbox/codes",
        make_code,
        "Make a code to practise with",
        "A code that leads to the scenario when it pays at this shop. 404 at a live issuer.",
        tag="Sandbox",
        scopes=frozenset({Scope.PAY.value}),
        body=NewPracticeCode,
        status=201,
        returns=PracticeCode,
        errors=("not_found",),
        example=({"scenario": "ok", "balance": 3000}, {"code": examples.ORDER["code"]}),
    ),
)
