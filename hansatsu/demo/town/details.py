"""What the residents of both towns wrote into their registration besides their names."""

from dataclasses import dataclass, replace
from datetime import date

from hansatsu.parties.identity.models import Gender, Occupation
from hansatsu.parties.identity.residents import NewResident

MEN = frozenset(
    {"taro", "kenji", "daisuke", "shoichi", "ryota", "hiroshi", "makoto", "kazuya", "kai"}
)
QUIET = frozenset({"satoru", "yuki"})
"""Who would rather not say."""

BIRTH_YEARS = (1954, 1978, 1949, 1990, 1962, 1971, 1985, 1998, 1943, 1966, 2003)
WORK = (
    Occupation.RETIRED,
    Occupation.EMPLOYEE,
    Occupation.RETIRED,
    Occupation.EMPLOYEE,
    Occupation.SELF_EMPLOYED,
    Occupation.PART_TIME,
    Occupation.PUBLIC,
    Occupation.HOME,
    Occupation.NO_ANSWER,
    Occupation.EMPLOYEE,
    Occupation.STUDENT,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where people live: a postal code and what it stands for."""

    postal_code: str
    prefecture: str
    city: str
    town: str


OYAMA_PLACES = (
    Place("3230023", "栃木県", "小山市", "中央町"),
    Place("3230022", "栃木県", "小山市", "駅東通り"),
    Place("3230025", "栃木県", "小山市", "城山町"),
    Place("3230034", "栃木県", "小山市", "神鳥谷"),
)
TENNOZU_PLACES = (Place("1400002", "東京都", "品川区", "東品川"),)


def with_details(
    people: tuple[NewResident, ...], places: tuple[Place, ...], exchange: str
) -> tuple[NewResident, ...]:
    """``people`` with all that registering asks for, the same at every seeding. Their telephone
    numbers begin with ``exchange``, which does not exist, so they belong to nobody."""
    return tuple(
        _with_details(person, number, places[number % len(places)], exchange)
        for number, person in enumerate(people)
    )


def _with_details(person: NewResident, number: int, place: Place, exchange: str) -> NewResident:
    gender = Gender.MALE if person.login_id in MEN else Gender.FEMALE
    turn = number % len(BIRTH_YEARS)
    return replace(
        person,
        birth_date=date(BIRTH_YEARS[turn], 1 + number * 5 % 12, 1 + number * 7 % 28),
        gender=Gender.NO_ANSWER if person.login_id in QUIET else gender,
        occupation=WORK[turn],
        postal_code=place.postal_code,
        prefecture=place.prefecture,
        city=place.city,
        street=f"{place.town}{1 + number % 4}-{1 + number % 9}-{1 + number}",
        building=f"おもいがわハイツ{101 + number}" if number % 5 == 3 else "",
        phone=f"{exchange}{2001 + number}",
        news_mail=number % 3 != 1,
    )
