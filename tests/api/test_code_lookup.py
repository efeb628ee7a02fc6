"""What comes with the codes that are looked up together."""

import asyncio

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.payments.pos.code_lookup import Found, Payers
from hansatsu.parties.programs.models import Emoney
from tests.support.tills import code_on
from tests.town import Town, make_town


def test_codes_bring_the_names_of_their_own_issuers_emoneys(
    server: EmbeddedServer, town: Town
) -> None:
    towns = [town, make_town()]
    card, _ = town.card(0)
    asked = [(each, code_on(each.device())) for each in towns] + [(town, card)]

    async def look() -> list[Found]:
        payers = Payers(server.app_url)
        looks = [
            payers.find(each.issuer.pk, (each.issuer.pay_number,), text) for each, text in asked
        ]
        try:
            return await asyncio.gather(*looks)
        finally:
            await payers._link.close()

    found = asyncio.run(look())
    assert [each.verdict for each in found] == ["ok"] * 3
    for (owner, _), each in zip(asked, found, strict=True):
        emoneys = Emoney.objects.of(owner.issuer)
        assert each.names == {emoney.pk: emoney.name for emoney in emoneys}
