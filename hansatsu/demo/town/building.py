"""Making a town's issuer, emoneys, shops and people, through the services."""

from collections.abc import Sequence
from dataclasses import dataclass

from hansatsu.demo.town.issuers import EmoneyOfTown
from hansatsu.demo.town.passwords import demo_password, demo_totp_secret
from hansatsu.demo.town.shops import GroupOfTown, ShopOfTown
from hansatsu.flows.accounts.terms import agree, current_terms
from hansatsu.parties.identity.models import Resident, Role, Staff
from hansatsu.parties.identity.residents import NewResident, open_resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.programs.services import open_emoney
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop
from hansatsu.parties.staff.checking import open_staff
from hansatsu.parties.staff.second_factor import set_second_factor


@dataclass(frozen=True, slots=True)
class Town:
    """A town that stands, without history yet."""

    issuer: Issuer
    emoneys: dict[str, Emoney]
    shops: list[Shop]
    residents: list[Resident]


def build_emoneys(issuer: Issuer, emoneys: Sequence[EmoneyOfTown]) -> dict[str, Emoney]:
    """The kinds of value, by name."""
    return {
        each.name: open_emoney(issuer, name=each.name, name_en=each.name_en) for each in emoneys
    }


def build_shops(
    issuer: Issuer,
    areas: Sequence[GroupOfTown],
    categories: Sequence[GroupOfTown],
    shops: Sequence[ShopOfTown],
    takes: dict[str, list[Emoney]],
) -> list[Shop]:
    """The shops with codes S0001 and on; ``takes`` says what each category takes."""
    made_areas = {
        each.name: open_area(issuer, name=each.name, name_en=each.name_en, order=order)
        for order, each in enumerate(areas, 1)
    }
    made_categories = {
        each.name: open_category(issuer, name=each.name, name_en=each.name_en, order=order)
        for order, each in enumerate(categories, 1)
    }
    return [
        open_shop(
            issuer,
            NewShop(
                code=f"S{number:04}",
                name=each.name,
                name_kana=each.name_kana,
                name_en=each.name_en,
                area=made_areas[each.area],
                category=made_categories[each.category],
                address=each.address,
                phone=f"0285-00-{1000 + number}",
                contact_email=f"s{number:04}@{issuer.domain}",
            ),
            takes=takes[each.category],
        )
        for number, each in enumerate(shops, 1)
    ]


def build_residents(issuer: Issuer, people: Sequence[NewResident]) -> list[Resident]:
    """The residents, with empty wallets, agreed to the terms."""
    terms = current_terms(issuer)
    residents = [
        open_resident(issuer, each, password=demo_password(each.login_id)) for each in people
    ]
    for resident in residents:
        agree(resident, terms)
    return residents


def build_shop_staff(issuer: Issuer, shops: Sequence[Shop], prefix: str) -> None:
    """A manager and a cashier for each shop."""
    names = {Role.MANAGER: "店長", Role.CASHIER: "レジ担当"}
    for shop in shops:
        for role, name in names.items():
            login_id = f"{prefix}{shop.code.lower()}-{role}"
            staff = open_staff(
                issuer,
                login_id=login_id,
                password=demo_password(login_id),
                role=role,
                display_name=f"{shop.name} {name}",
                shop=shop,
            )
            _give_second_factor(staff)


def build_console_staff(issuer: Issuer, people: dict[str, tuple[Role, str]]) -> None:
    """Staff of the issuer: role and name by login ID."""
    for login_id, (role, name) in people.items():
        staff = open_staff(
            issuer,
            login_id=login_id,
            password=demo_password(login_id),
            role=role,
            display_name=name,
        )
        _give_second_factor(staff)


def _give_second_factor(staff: Staff) -> None:
    if staff.needs_second_factor:
        set_second_factor(staff, demo_totp_secret(staff.login_id))
