"""Logging in without a browser, step by step as the pages do."""

from django.http import HttpResponse

from hansatsu.flows.accounts.one_time_password import digits
from hansatsu.parties.identity.models import LogIn, Puzzle, Resident
from tests.support.clients import Visitor
from tests.town import PASSWORD


def begin(visitor: Visitor, login_id: str = "hanako", **form: str) -> HttpResponse:
    """ログインID and 次へ."""
    return visitor.post("login/", {"login_id": login_id, **form})


def solved(visitor: Visitor) -> dict[str, str]:
    """The fields of a puzzle that is solved: the test looks where it belongs."""
    visitor.get("login/check/")
    puzzle = Puzzle.objects.filter(log_in__issuer=visitor.issuer).latest("pk")
    return {"puzzle": puzzle.key, "position": str(puzzle.target)}


def pass_check(visitor: Visitor, password: str = PASSWORD, **form: str) -> HttpResponse:
    """Solve the puzzle and send the password."""
    return visitor.post("login/check/", {**solved(visitor), "password": password, **form})


def right_digits(resident: Resident) -> str:
    """The digits of the resident's newest log-in."""
    return digits(LogIn.objects.filter(resident=resident).latest("pk"))


def wrong_digits(resident: Resident) -> str:
    """Four digits that are not the right ones."""
    return f"{(int(right_digits(resident)) + 1) % 10_000:04}"


def walk_in(visitor: Visitor, resident: Resident, **form: str) -> HttpResponse:
    """The whole way in; ``form`` is of the password's page."""
    begin(visitor, resident.login_id)
    pass_check(visitor, **form)
    return visitor.post("login/code/", {"code": right_digits(resident)})
