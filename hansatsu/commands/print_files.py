"""``hansatsu print …``: cards, gift letters and posters as PDF files.

Codes are made and written in one transaction: when the file cannot be written nothing is made,
and a code is never anywhere but in that file. It is readable by its owner alone.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hansatsu.commands.application import application
from hansatsu.commands.running import ACTOR, reason_of, whoever_runs

if TYPE_CHECKING:
    from hansatsu.flows.printouts.models import PrintFile
    from hansatsu.parties.issuers.models import Issuer
    from hansatsu.parties.programs.models import Emoney

MOST = 5_000
"""Cards or letters in one file: about a minute, and a file that printers still take."""

DAY = click.DateTime(formats=["%Y-%m-%d"])
ISSUER = click.option("--issuer", "issuer_code", required=True, help="Its code, as OEM202303.")
OUTPUT = click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The PDF file to write; one that is there is never overwritten.",
)
COUNT = click.option("--count", required=True, type=click.IntRange(1, MOST), help="How many.")
REASON = click.option(
    "--reason", required=True, help="Why, for the record of acts; who runs this stands there, too."
)
VALUES = click.option(
    "--value", "values", multiple=True, required=True, help="As 全店共通=5000; may be repeated."
)


@click.group(name="print")
def print_files() -> None:
    """Make cards, gift codes or a shop's poster, with the file to print them from."""


@print_files.command()
@ISSUER
@COUNT
@VALUES
@REASON
@click.option("--expires-on", type=DAY, help="The last day for spending; none when absent.")
@OUTPUT
def cards(
    issuer_code: str,
    count: int,
    values: tuple[str, ...],
    reason: str,
    expires_on: datetime | None,
    output: Path,
) -> None:
    """Cards with value, ten on a sheet of A4, their backs on the next page."""
    with application():
        from hansatsu.flows.printouts.cards import NewCards, print_new_cards

        issuer = _issuer(issuer_code)
        new = NewCards(_values(issuer, values), expires_on.date() if expires_on else None)
        by, why = whoever_runs(issuer), reason_of(reason)
        _warn_of(issuer, [emoney.name for emoney, _ in new.values])
        _make(output, lambda: print_new_cards(by, new, count, reason=why))
    click.echo(f"Made {count} cards of {issuer.code}: {output}. There is no second copy.")


@print_files.command()
@ISSUER
@COUNT
@VALUES
@REASON
@click.option("--name", required=True, help="What staff call these gifts.")
@click.option("--expires-on", type=DAY, help="The last day for spending what was taken.")
@click.option("--expires-after", type=click.IntRange(1, 600), help="Or months from the taking.")
@click.option("--takeable-until", type=DAY, help="The last day for taking; none when absent.")
@OUTPUT
def gifts(
    issuer_code: str,
    count: int,
    values: tuple[str, ...],
    reason: str,
    name: str,
    expires_on: datetime | None,
    expires_after: int | None,
    takeable_until: datetime | None,
    output: Path,
) -> None:
    """Gift codes, a letter for each."""
    if expires_on and expires_after:
        raise click.UsageError("Give --expires-on or --expires-after, not both.")
    with application():
        from hansatsu.flows.printouts.gifts import print_new_gifts
        from hansatsu.formats.japan import start_of
        from hansatsu.parties.gifts.expiry import Expiry
        from hansatsu.parties.gifts.services import NewGifts

        issuer = _issuer(issuer_code)
        new = NewGifts(
            name=name,
            values=_values(issuer, values),
            expiry=Expiry(expires_on.date() if expires_on else None, expires_after),
            takeable_until=(
                start_of(takeable_until.date() + timedelta(days=1)) if takeable_until else None
            ),
        )
        by, why = whoever_runs(issuer), reason_of(reason)
        _warn_of(issuer, [emoney.name for emoney, _ in new.values])
        _make(output, lambda: print_new_gifts(by, new, count, reason=why))
    click.echo(f"Made {count} gift codes of {issuer.code}: {output}. There is no second copy.")


@print_files.command()
@ISSUER
@click.option("--shop", "shop_code", required=True, help="Its code, as S0001.")
@click.option("--form", type=click.Choice(["a4", "stand"]), default="a4", show_default=True)
@click.option(
    "--code",
    type=click.Choice(["url", "emv"]),
    default="url",
    show_default=True,
    help="url opens from every phone's camera; emv is an EMVCo payload.",
)
@OUTPUT
def poster(issuer_code: str, shop_code: str, form: Any, code: Any, output: Path) -> None:
    """A shop's poster, for the wall or folded for the table."""
    with application():
        from hansatsu.flows.printouts.posters import poster as print_poster
        from hansatsu.parties.shops.selectors import find_shop
        from hansatsu.web.console.frame.printing_words import on_posters

        issuer = _issuer(issuer_code)
        shop = find_shop(issuer, shop_code)
        if shop is None:
            raise click.ClickException(f"{issuer.code} has no open shop {shop_code}.")
        _warn(lambda: on_posters(issuer, [shop]))
        _write(output, print_poster(shop, form, code))
    click.echo(f"{shop.name}: {output}.")


def _warn_of(issuer: "Issuer", names: list[str]) -> None:
    from hansatsu.web.console.frame.printing_words import on_every_paper, unprintable

    _warn(lambda: unprintable([*on_every_paper(issuer), *names]))


def _warn(look: Callable[[], list[str]]) -> None:
    """Names which letters cannot be printed, in the words of the console's pages, in English as
    all that commands say. The file is made all the same: who runs this looks at it."""
    from django.utils.translation import override

    with override("en"):
        for caution in look():
            click.echo(f"Warning: {caution}", err=True)


def _issuer(code: str) -> "Issuer":
    from hansatsu.parties.issuers.selectors import find_issuer

    issuer = find_issuer(code)
    if issuer is None:
        raise click.ClickException(f"There is no issuer {code}.")
    return issuer


def _values(issuer: "Issuer", texts: tuple[str, ...]) -> list[tuple["Emoney", int]]:
    """全店共通=5000, for each emoney."""
    from hansatsu.parties.programs.selectors import emoneys

    known = {emoney.name: emoney for emoney in emoneys(issuer)}
    found: dict[str, int] = {}
    for text in texts:
        name, _, yen = text.rpartition("=")
        if name not in known:
            names = ", ".join(known) or "none"
            raise click.ClickException(f"{issuer.code} has no emoney {name!r}; it has {names}.")
        if name in found or not (yen.isascii() and yen.isdecimal() and 0 < int(yen) < 10_000_000):
            raise click.ClickException(f"--value {text} is not like {name}=5000, once an emoney.")
        found[name] = int(yen)
    return [(known[name], yen) for name, yen in found.items()]


def _make(output: Path, make: Callable[[], "PrintFile"]) -> None:
    from django.db import transaction

    from hansatsu.database.connections import take_as_long_as_it_takes
    from hansatsu.flows.printouts.store import take_out

    take_as_long_as_it_takes()
    try:
        with transaction.atomic():
            file = make()
            pdf = take_out(file.issuer, file.pk, actor=ACTOR)
            if pdf is None:
                raise LookupError("a file that was made is there")
            _write(output, pdf)
    except ValueError as error:
        raise click.ClickException(f"Nothing was made: {error}.") from error


def _write(output: Path, pdf: bytes) -> None:
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}).") from error
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
