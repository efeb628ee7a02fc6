"""Which files import which, and circles among them."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import grimp

Arrows = Mapping[str, frozenset[str]]
"""Of each name, those that it leads to."""


@cache
def imports() -> Arrows:
    """Every file of ours with the files that it imports, by their dotted names. Imports inside
    functions and for types alone count too; `from a import b` is of `a.b` where that is a file."""
    graph = grimp.build_graph("hansatsu", cache_dir=None)
    return {
        each: frozenset(graph.find_modules_directly_imported_by(each))
        for each in sorted(graph.modules)
    }


def rooms_of(container: str, arrows: Arrows) -> Arrows:
    """The rooms in a package, each file taken for the room that it stands in."""
    rooms: dict[str, set[str]] = {}
    for name, imported in arrows.items():
        if room := _room(container, name):
            found = {_room(container, each) for each in imported}
            rooms.setdefault(room, set()).update(found - {"", room})
    return {room: frozenset(found) for room, found in rooms.items()}


def arrows_between(one: str, other: str, arrows: Arrows) -> list[str]:
    """The imports that lead from a room to another, for people to read."""
    return [
        f"{name} → {each}"
        for name, imported in sorted(arrows.items())
        if _is_in(one, name)
        for each in sorted(imported)
        if _is_in(other, each)
    ]


def circle(arrows: Arrows) -> list[str]:
    """A shortest way that comes back to where it began, its first name at the end again; empty
    when there is no circle at all."""
    ways = (way for name in sorted(_leading_on_and_on(arrows)) if (way := _way_back(name, arrows)))
    return min(ways, key=len, default=[])


def _room(container: str, name: str) -> str:
    if not name.startswith(container + "."):
        return ""
    return f"{container}.{name.removeprefix(container + '.').partition('.')[0]}"


def _is_in(room: str, name: str) -> bool:
    return name == room or name.startswith(room + ".")


def _leading_on_and_on(arrows: Arrows) -> set[str]:
    """What is left when that which leads nowhere is taken away, again and again."""
    left = set(arrows)
    while True:
        ends = {name for name in left if not arrows[name] & left}
        if not ends:
            return left
        left -= ends


def _way_back(name: str, arrows: Arrows) -> list[str]:
    came_from: dict[str, str] = {}
    waiting = deque([name])
    while waiting:
        here = waiting.popleft()
        for each in sorted(arrows.get(here, ())):
            if each == name:
                return [*reversed(list(_steps(here, came_from))), name]
            if each not in came_from:
                came_from[each] = here
                waiting.append(each)
    return []


def _steps(name: str, came_from: Mapping[str, str]) -> Iterator[str]:
    yield name
    while name in came_from:
        name = came_from[name]
        yield name


def in_words(way: Iterable[str]) -> str:
    """A way as a line."""
    return " → ".join(name.removeprefix("hansatsu.") for name in way)
