"""The log-ins of console and shop site, which have the same steps: somebody whose password was
right, and the passkey that is asked for next."""

import secrets
from dataclasses import dataclass

import pyotp
from django.test import Client

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.staff.second_factor import set_second_factor
from tests.support.clerks import employ
from tests.support.tills import hire
from tests.town import PASSWORD, Town, quick_hashing

SITES = ("console", "shop")


def somebody(town: Town, site: str) -> Staff:
    """An owner of the console, or a manager of the shop, with an authenticator."""
    if site == "console":
        return employ(town.issuer)
    manager = hire(town.shop, role=Role.MANAGER)
    set_second_factor(manager, pyotp.random_base32())
    return manager


@dataclass(slots=True)
class Door:
    """A browser of its own in the middle of a log-in of ``staff``: the password was right."""

    site: str
    staff: Staff
    client: Client

    @classmethod
    def of(cls, site: str, staff: Staff) -> "Door":
        """Send the password from an address of its own."""
        client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"house {secrets.token_hex(4)}")
        door = cls(site, staff, client)
        door.send_password()
        return door

    def send_password(self) -> None:
        """Begin the log-in, or begin it anew."""
        form = {"login_id": self.staff.login_id, "password": PASSWORD}
        with quick_hashing():  # what is done for accounts that are not there
            answer = self.client.post(f"/{self.site}/login/", form)
        assert answer["Location"] == f"/{self.site}/login/code/"

    def challenge(self) -> str:
        """What a passkey is asked to sign."""
        asked = self.client.post(f"/{self.site}/login/passkey/").json()
        assert asked["userVerification"] == "required"
        return str(asked["challenge"])

    def answer(self, text: str) -> dict[str, str]:
        """Send what a passkey answered."""
        path = f"/{self.site}/login/passkey/answer/"
        said: dict[str, str] = self.client.post(path, {"answer": text}).json()
        return said

    def is_in(self) -> bool:
        """True when they have come in."""
        return self.client.get(f"/{self.site}/").status_code == 200
