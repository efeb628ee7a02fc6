"""One chain of middlewares for all of Django's test clients in a process, as a site has one.

Each client would make its own, and WhiteNoise's looks at every static file when it is made. None
of ours keeps anything of a request or of a setting.
"""

from functools import cache

from django.test.client import ClientHandler

_load = ClientHandler.load_middleware


def share_middleware() -> None:
    """From now on a client takes the chain that the first one made."""
    ClientHandler.load_middleware = _take_over


def _take_over(handler: ClientHandler, is_async: bool = False) -> None:
    assert not is_async
    vars(handler).update(_parts())


@cache
def _parts() -> dict[str, object]:
    first = ClientHandler()
    before = vars(first).copy()
    _load(first)
    return {name: part for name, part in vars(first).items() if name not in before}
