"""What to call a browser so that its owner knows which one it is."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Line/", "LINE"),
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Looked for in this order: most browsers also bear the names of those after them."""


def browser_words(agent: str) -> str:
    """``iPhone · Safari`` from what a browser calls itself; empty when nothing is known."""
    found = (_first(agent, SYSTEMS), _first(agent, BROWSERS))
    return " · ".join(name for name in found if name)


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in agent), "")
