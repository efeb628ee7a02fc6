"""Whether the pages or the API of this machine answer."""

import urllib.error
import urllib.request

HOST = "127.0.0.1"


def is_ready(port: int) -> bool:
    """True when the pages on ``port`` say that everything is ready."""
    return answers(port, "/readyz")


def answers(port: int, path: str = "/healthz") -> bool:
    """True when what listens on ``port`` says that it is well."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
