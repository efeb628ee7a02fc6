"""``$HANSATSU_HOME/secrets.json``: passwords and keys made once for an embedded installation.

A production installation has none of this: its secrets come from the environment.
"""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "secrets.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords of the database roles, and the application's keys."""

    superuser_password: str
    owner_password: str
    app_password: str
    clock_password: str
    secret_key: str
    field_key: str
    pay_code_master_key: str

    @classmethod
    def make(cls) -> "Secrets":
        """New ones."""
        return cls(
            superuser_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            app_password=secrets.token_urlsafe(24),
            clock_password=secrets.token_urlsafe(24),
            secret_key=secrets.token_urlsafe(50),
            field_key=_key(),
            pay_code_master_key=_key(),
        )


def load_or_make(home: Path) -> Secrets:
    """The secrets of ``home``, made at the first call. The file is the owner's alone (0600)."""
    path = home / FILE_NAME
    if path.exists():
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    made = Secrets.make()
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(made), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return made


def load(home: Path) -> Secrets | None:
    """The secrets of ``home``, or None when it has none yet."""
    return load_or_make(home) if (home / FILE_NAME).exists() else None


def _key() -> str:
    """32 random bytes as URL-safe base64, the form of a Fernet key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
