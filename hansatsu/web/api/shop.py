"""What a till asks about its shop, and about a card."""

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.card_balance import CardBalance, NoBalance, card_balance
from hansatsu.formats.qr.pay_code import PayCode
from hansatsu.formats.qr.till_code import CardCode, read_till_code
from hansatsu.parties.shops.models import Scope
from hansatsu.parties.shops.selectors import list_shops
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Reply
from hansatsu.web.api.payments import WHY_UNKNOWN, count_wrong_code, shop_of
from hansatsu.web.api.problems import refuse
from hansatsu.web.api.schemas import CardLot, Inquired, NewInquiry, ShopInformation
from hansatsu.web.api.threads import in_thread

NO_CARD = "No card has this code."


async def shop(call: Call) -> Reply:
    """GET /shop."""
    return Reply(200, await in_thread(_shop, call.caller))


async def inquire(call: Call) -> Reply:
    """POST /inquiries."""
    body: NewInquiry = call.body
    code = read_till_code(body.code, call.caller.pay_numbers)
    if not isinstance(code, CardCode):
        # Somebody's pay code tells nothing here, and is no try to guess a card.
        raise refuse("unknown_code", NO_CARD if isinstance(code, PayCode) else WHY_UNKNOWN[code])
    found = await in_thread(_balance, call.caller, code.code)
    if found == "unknown_code":
        await count_wrong_code(call)
        raise refuse("unknown_code", NO_CARD)
    if found == "card_replaced":
        raise refuse("unknown_code", WHY_UNKNOWN[found])
    lots = [
        CardLot(
            lot.lot,
            lot.emoney,
            lot.balance,
            None if lot.expires_on is None else lot.expires_on.isoformat(),
        )
        for lot in found.lots
    ]
    return Reply(200, Inquired(found.balance, found.usable_here, lots))


def _shop(caller: Caller) -> ShopInformation:
    found = shop_of(caller)
    takes = next((each.takes for each in list_shops(found.issuer) if each.code == found.code), ())
    return ShopInformation(
        found.code, found.name, found.issuer.code, list(takes), found.issuer.code_prefixes
    )


def _balance(caller: Caller, text: str) -> CardBalance | NoBalance:
    return card_balance(shop_of(caller), text)


OPERATIONS = (
    Operation(
        "GET",
        "/shop",
        shop,
        "Look at the shop",
        "Which shop the key belongs to, and what it takes: a good first call.",
        tag="Shop",
        returns=ShopInformation,
        example=(None, examples.SHOP),
    ),
    Operation(
        "POST",
        "/inquiries",
        inquire,
        "Ask a card's balance",
        "For a card that its holder has handed over. A resident's pay code tells no balance.",
        tag="Shop",
        scopes=frozenset({Scope.PAY.value}),
        body=NewInquiry,
        returns=Inquired,
        errors=("unknown_code",),
        example=(examples.CARD, examples.INQUIRED),
        codes_too=True,
    ),
)
