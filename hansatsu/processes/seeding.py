"""The demo town into the database, and what a visitor needs to know into a file."""

import json
import os
from pathlib import Path


def main() -> None:
    """Seed (a second time changes nothing) and write the draft of ``demo.json``."""
    import django

    django.setup()
    from hansatsu.demo.seed import seed

    town = seed()
    draft(Path(os.environ["HANSATSU_HOME"])).write_text(
        json.dumps(town, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def draft(home: Path) -> Path:
    """Where the description of the town waits until the site is ready."""
    return home / "demo.json.new"
