"""A town for tills to pay in: shops with a till and its key each, residents with a phone, cards,
all with the yardstick's lots. Needs Django."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hansatsu.lab.bench.town import SET, lots_like_lean
from hansatsu.ledger import api as ledger

if TYPE_CHECKING:
    from hansatsu.parties.issuers.models import Issuer

RESIDENTS = """
    insert into identity_resident (issuer_id, login_id, password, family_name, given_name,
        family_kana, given_kana, nickname, email, gender, occupation, postal_code, prefecture, city,
        street, building, phone, news_mail, language, wallet_id, created_at)
    select %(issuer)s, 'r' || wallet, '!', '小山', '花子', 'オヤマ', 'ハナコ', '',
        'r' || wallet || '@bench.invalid', '', '', '', '', '', '', '', '', false, 'ja', wallet,
        ledger.now()
    from unnest(%(wallets)s::bigint[]) as wallet
"""
"""With addresses that lead nowhere, so that nobody is mailed: `bench webhooks` measures mails."""

DEVICES = """
    insert into identity_device (issuer_id, resident_id, number, generation, label, created_at,
        seen_at, token_hash, next_hash, saved_digest)
    select r.issuer_id, r.id, n - 1, 1, '', ledger.now(), ledger.now(), '', '', ''
    from unnest(%(wallets)s::bigint[]) with ordinality as w (wallet_id, n)
    join identity_resident as r on r.wallet_id = w.wallet_id
"""

OF_THE_LEDGER = """
    select ledger.open_device_v1(d.issuer_id, r.wallet_id, %(first)s + d.number)
    from identity_device as d join identity_resident as r on r.id = d.resident_id
"""


@dataclass(frozen=True, slots=True)
class Device:
    """What makes pay codes: the issuer's pay number, its own number and the key."""

    pay_number: int
    number: int
    key: bytes

    def code(self, step: int) -> str:
        """The digits of a step."""
        from hansatsu.formats.qr.pay_code import totp, write_pay_code

        return write_pay_code(self.pay_number, self.number, totp(self.key, step))


@dataclass(frozen=True, slots=True)
class HttpTown:
    """``keys`` of the tills, one a shop; ``devices`` and ``cards`` (their codes), as many of each.
    The ids of ``shops`` and of ``wallets`` (the devices', then the cards') are in rows."""

    issuer_id: int
    shops: range
    wallets: range
    keys: list[str]
    devices: list[Device]
    cards: list[str]


def make_town(shops: int, residents: int) -> HttpTown:
    """Make it in the database that Django works on, through services where they are quick; as many
    cards as residents."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.parties.cards.services import make_cards
    from hansatsu.parties.issuers.services import NewIssuer, open_issuer
    from hansatsu.parties.programs.services import open_emoney

    new = NewIssuer(
        code="BENCH",
        name="測定",
        payment_prefix="2099010000001",
        mode="live",
        seal="測",
        office_name="-",
        office_phone="0285-00-0000",
        office_hours="-",
        mail_from="a@bench.example.jp",
        domain="bench.example.jp",
    )
    issuer = open_issuer(new)
    emoneys = [open_emoney(issuer, name=f"券{each}", name_en=f"Kind {each}") for each in range(2)]
    emoney_ids = [each.pk for each in emoneys]
    shop_ids, keys = _shops(issuer, emoney_ids, shops)
    connection = ledger_connection()
    wallets = ledger.open_wallets(connection, issuer_id=issuer.pk, kind="resident", count=residents)
    devices = _devices(issuer, wallets)
    cards = make_cards(issuer, residents)
    wallets += [card.wallet_id for _, card in cards]
    _charge(issuer.pk, emoney_ids, wallets)
    ids = range(wallets[0], wallets[-1] + 1)
    return HttpTown(issuer.pk, shop_ids, ids, keys, devices, [code for code, _ in cards])


def _shops(issuer: "Issuer", emoney_ids: list[int], count: int) -> tuple[range, list[str]]:
    """Shops that take all, and the key of each one's till; in bulk, since thousands one by one take
    longer than what is measured."""
    from django.db import transaction

    from hansatsu.database.connections import ledger_connection
    from hansatsu.parties import clock
    from hansatsu.parties.shops.api_keys import make_api_key
    from hansatsu.parties.shops.models import Shop, Terminal
    from hansatsu.parties.shops.services import open_area, open_category

    area = open_area(issuer, name="市", name_en="City")
    category = open_category(issuer, name="店", name_en="Shop")
    with transaction.atomic():
        shops = Shop.objects.bulk_create(
            Shop(
                issuer=issuer,
                code=f"S{number:04}",
                name="店",
                name_kana="ミセ",
                area=area,
                category=category,
                address="1",
            )
            for number in range(1, count + 1)
        )
        connection = ledger_connection()
        for shop in shops:
            ledger.open_shop(connection, issuer_id=issuer.pk, shop_id=shop.pk)
        ledger.set_acceptances(
            connection,
            issuer_id=issuer.pk,
            pairs=[(shop.pk, emoney_id) for shop in shops for emoney_id in emoney_ids],
        )
        now = clock.now()
        tills = Terminal.objects.bulk_create(
            Terminal(issuer=issuer, shop=shop, name="1", kind="pos", created_at=now)
            for shop in shops
        )
        keys = [make_api_key(till)[0] for till in tills]
    return range(shops[0].pk, shops[-1].pk + 1), keys


def _devices(issuer: "Issuer", wallets: Sequence[int]) -> list[Device]:
    """A phone of a resident for each wallet, numbered from nought; their rows are written as fast
    as the database takes them."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.flows.payments.code_validity import key_of
    from hansatsu.parties.identity.models.device import ledger_device

    connection = ledger_connection()
    connection.execute(RESIDENTS, {"issuer": issuer.pk, "wallets": wallets})
    connection.execute(DEVICES, {"wallets": wallets})
    connection.execute(OF_THE_LEDGER, {"first": ledger_device(issuer.pk, 0)})
    return [
        Device(issuer.pay_number, number, key_of(issuer.pk, number, 1))
        for number in range(len(wallets))
    ]


def _charge(issuer_id: int, emoney_ids: list[int], wallets: Sequence[int]) -> None:
    """Fill all wallets."""
    from hansatsu.database.connections import ledger_connection

    connection = ledger_connection()
    lots = tuple(lots_like_lean(emoney_ids, ledger.now(connection)))
    content = hashlib.sha256().digest()
    for start in range(0, len(wallets), SET):
        issues = [
            ledger.Issue(ledger.Request("bench", f"issue-{each}", content), issuer_id, each, lots)
            for each in wallets[start : start + SET]
        ]
        if not all(outcome.issued for outcome in ledger.issue_set(connection, issues)):
            raise RuntimeError("The benchmark could not make its value.")
