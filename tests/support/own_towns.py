"""A town of one's own: what ``README.md`` has somebody do who opens one on a machine without
PostgreSQL. Commands alone, on a database born live, in a folder that is thrown away."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from tests.support.mail_server import MailServer
from tests.support.waiting import wait_until

HANSATSU = Path(sys.executable).with_name("hansatsu")
CODE = "OEM209902"
OURS = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "CLOCK_DATABASE_URL", "HANSATSU_BIRTH")
FIELDS = {
    "code": CODE,
    "name": "試験町商品券",
    "payment-prefix": "2099020000001",
    "seal": "試験",
    "office-name": "試験町役場 商工観光課",
    "office-phone": "0285-00-0000",
    "office-hours": "平日 9:00〜17:00",
    "mail-from": "no-reply@shiken.example.jp",
    "domain": "shiken.example.jp",
}
"""As a town without English would type them."""


@dataclass(frozen=True, slots=True)
class OwnTown:
    """``address`` and so on are the owner's first log-in, as ``createissuer`` says it."""

    url: str
    mails: MailServer
    environment: dict[str, str]
    address: str
    login_id: str
    password: str

    def mail_to(self, email: str) -> str:
        """The text of the newest mail to somebody, once it is there."""

        def found() -> list[str]:
            texts = (each.get_body(("plain",)) for each in self.mails.mails if each["To"] == email)
            return [each.get_content() for each in texts if each is not None]

        wait_until(lambda: bool(found()), what=f"a mail to {email}")
        return found()[-1]


def command(*words: str, environment: dict[str, str]) -> str:
    """Run ``hansatsu WORDS``; what it says."""
    done = subprocess.run(
        [HANSATSU, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def own_town() -> Iterator[OwnTown]:
    """Open a town by commands, and have it served until the end of the ``with``."""
    home = Path(tempfile.mkdtemp(prefix="hansatsu-own-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else when we are root
    port = free_port()
    url = f"http://localhost:{port}"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        mails = stack.enter_context(MailServer())
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        environment = inherited | {"HANSATSU_HOME": str(home), "SITE_URL": url}
        environment |= {"EMAIL_URL": mails.url, "PORT": str(port), "API_PORT": str(free_port())}
        command("migrate", environment=environment)
        asked = [word for name, value in FIELDS.items() for word in (f"--{name}", value)]
        made = command("createissuer", *asked, environment=environment)
        said = re.search(r"logs in at (\S+) as (\S+)\nwith the password (\S+) ", made)
        assert said is not None, made
        _running(stack, "serve", "--pages", "1", environment=environment)
        wait_until(lambda: answers(port), seconds=60, what="the pages")
        _running(stack, "worker", environment=environment)
        yield OwnTown(url, mails, environment, *said.groups())


def _running(stack: ExitStack, *words: str, environment: dict[str, str]) -> None:
    process = subprocess.Popen([HANSATSU, *words], env=environment)
    stack.callback(process.wait)
    stack.callback(process.terminate)
