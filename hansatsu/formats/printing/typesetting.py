"""From a template and its data to a PDF file.

A template is a ``.typ`` file in ``templates/``. It begins with

    #let data = json(bytes(sys.inputs.data))

and shows what is in it. Data are never part of the template's text, so nothing that a person has
typed is taken for typst's own signs.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from hansatsu.formats.printing.fonts import fonts, lacking

TEMPLATES = Path(__file__).parent / "templates"
GETA = "〓"
"""What Japanese printers have always set for a letter that they lack."""

EPOCH = 0
"""The time that is written into every file: the same data make the same bytes."""


class TypesettingError(RuntimeError):
    """A page could not be set as it was meant to be, with what typst says of it."""


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF file of ``templates/TEMPLATE.typ``, tagged for screen readers, fonts embedded. A
    letter that they lack is 〓 on the paper.

    Args:
        template: the template's name, one of ours.
        data: what JSON can hold. Drawings are SVG texts
            (``hansatsu.formats.qr.drawing.qr_picture``).

    Raises:
        TypesettingError: also for what typst only warns of, such as a font that is not there.
        FontsMissingError: when the front end was not built.
    """
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=fonts(),
            sys_inputs={"data": _printable(data)},
            timestamp=EPOCH,
        )
    except typst.TypstError as error:
        raise TypesettingError(f"{template}: {error}") from error
    if warnings:
        raise TypesettingError(f"{template}: {warnings[0].message}")
    if not isinstance(pdf, bytes):
        raise TypesettingError(f"{template}: no PDF file came out")
    return pdf


def _printable(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return text.translate(dict.fromkeys(map(ord, lacking(text)), GETA))
