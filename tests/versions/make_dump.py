"""Make ``before_the_move.sql.gz`` and ``.json`` anew: ``python -m tests.versions.make_dump``.

The town is made by ``town_before_the_move.py`` on the code of ``COMMIT``, the last commit before
``hansatsu/`` was rearranged, and dumped as plain SQL that any PostgreSQL from ours on reads. All
secrets in it are made for it and open nothing else.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hansatsu.database import binaries
from tests.versions import before

COMMIT = "b5cc5cd"
HERE = Path(__file__).parent
DUMP, KNOWN = HERE / "before_the_move.sql.gz", HERE / "before_the_move.json"
TOWN = HERE / "town_before_the_move.py"
PARTS = ("hansatsu", "tests", "locale", "tools", "frontend", "pyproject.toml")


def main() -> None:
    """Lay the old tree out, have its town made, dump it."""
    with tempfile.TemporaryDirectory() as folder:
        tree, out = Path(folder, "tree"), Path(folder, "out")
        out.mkdir()
        before.lay_out(tree, COMMIT, PARTS)
        Path(tree, ".venv").mkdir()  # where the front end's stamp is kept
        subprocess.run([sys.executable, "tools/build_frontend.py"], cwd=tree, check=True)
        running = subprocess.Popen(
            [sys.executable, TOWN, out],
            cwd=tree,
            env=os.environ | before.with_code_of(tree),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with running:
            assert running.stdout is not None
            if "made" not in (line.strip() for line in iter(running.stdout.readline, "")):
                raise SystemExit("The town was not made: see above.")
            DUMP.write_bytes(gzip.compress(_dumped((out / "url").read_text()), mtime=0))
            KNOWN.write_text((out / "known.json").read_text())
            running.communicate("")


def _dumped(url: str) -> bytes:
    """The database as statements that any client can send, without the notes to ``psql``."""
    said = subprocess.run(
        [binaries.bin_dir() / "pg_dump", "--rows-per-insert=200", url],
        capture_output=True,
        check=True,
    ).stdout
    lines = said.splitlines(keepends=True)
    return b"".join(
        each for each in lines if not each.startswith((b"\\restrict ", b"\\unrestrict "))
    )


if __name__ == "__main__":
    main()
