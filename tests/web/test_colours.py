"""An issuer's colours are readable whatever the issuer chooses."""

from hypothesis import given
from hypothesis import strategies as st

from hansatsu.web.shared.colours import (
    DARK_PAPER,
    READABLE,
    WASHI,
    WHITE,
    contrast,
    parse,
    shades,
    write,
)

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(COLOURS)
def test_every_shade_can_be_read(colour: str) -> None:
    found = shades(colour)
    assert contrast(parse(found.ground), WHITE) >= READABLE
    assert contrast(parse(found.deep), WHITE) >= READABLE
    assert contrast(parse(found.ink), WASHI) >= READABLE
    assert contrast(parse(found.night_ink), DARK_PAPER) >= READABLE


def test_a_readable_colour_stays_as_it_is() -> None:
    assert shades("#1d3a5c").ground == "#1d3a5c"


@given(COLOURS)
def test_colours_are_written_as_they_were_read(colour: str) -> None:
    assert write(parse(colour)) == colour


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(contrast((0, 0, 0), (255, 255, 255)), 1) == 21.0
