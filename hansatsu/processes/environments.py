"""The environment in which processes of an embedded installation run."""

import os
from pathlib import Path

from hansatsu.database.server import EmbeddedServer
from hansatsu.system.parent import DIE_WITH_PARENT

DEFAULT_HOME = ".hansatsu"
NO_MAIL = "smtp://127.0.0.1:9"
"""Where nothing listens: mails wait in the queue until a process with a mail server comes."""

NO_SITE = "http://localhost:8000"
"""The site's address for commands that show none."""


def home() -> Path:
    """The folder of the embedded installation (``HANSATSU_HOME``)."""
    return Path(os.environ.get("HANSATSU_HOME") or DEFAULT_HOME).absolute()


def is_embedded() -> bool:
    """True when no ``DATABASE_URL`` points to a server elsewhere."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("MIGRATE_DATABASE_URL"))


def application(server: EmbeddedServer, site_url: str, email_url: str) -> dict[str, str]:
    """The environment of pages and worker: the application's role, and no other."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MIGRATE_DATABASE_URL", "CLOCK_DATABASE_URL"}
    }
    return inherited | {
        "DATABASE_URL": server.app_url,
        "SECRET_KEY": server.secrets.secret_key,
        "FIELD_KEYS": server.secrets.field_key,
        "PAY_CODE_MASTER_KEY": server.secrets.pay_code_master_key,
        "EMAIL_URL": email_url,
        "SITE_URL": site_url,
        "HANSATSU_HOME": str(server.home),
        "HANSATSU_BIRTH": server.birth,
        "DJANGO_SETTINGS_MODULE": "hansatsu.config.settings",
        DIE_WITH_PARENT: "1",
    }


def maintenance(server: EmbeddedServer, site_url: str, email_url: str) -> dict[str, str]:
    """The environment of migration and seed: also the owner's role, and the clock's."""
    return application(server, site_url, email_url) | {
        "MIGRATE_DATABASE_URL": server.owner_url,
        "CLOCK_DATABASE_URL": server.clock_url,
    }
