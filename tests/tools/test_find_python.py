"""The python finder runs each candidate instead of trusting its name."""

import os
import stat
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

BROKEN = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
OLD = "#!/bin/sh\nexit 1\n"
TOOLS = ("cat", "dirname", "sh")


def commands(folder: Path, scripts: dict[str, str]) -> dict[str, str]:
    """An environment whose PATH has ``scripts`` and the few commands the finder needs."""
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        path = folder / name
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    for name in TOOLS:
        (folder / name).symlink_to(f"/bin/{name}" if name != "dirname" else "/usr/bin/dirname")
    return {"PATH": str(folder), "HOME": str(folder), "PYENV_ROOT": str(folder / "pyenv")}


def find(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / "tools" / "find-python", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def python(version: str) -> str:
    """What answers as a Python of that version does: it fits when the version is asked for."""
    asked = f'[ "$one" = {version} ] && echo "$0" && exit 0'
    return f'#!/bin/sh\nfor one in "$@"; do {asked}; done\nexit 1\n'


def test_a_failing_shim_is_passed_over(tmp_path: Path) -> None:
    found = find(commands(tmp_path / "bin", {"python3": BROKEN, "python3.13": python("3.13")}))
    assert found.returncode == 0
    assert os.access(found.stdout.strip(), os.X_OK)


def test_what_uv_has_is_taken(tmp_path: Path) -> None:
    uv = f'#!/bin/sh\n[ "$2" = find ] && echo "{sys.executable}"\n'
    found = find(commands(tmp_path / "bin", {"python3": OLD, "uv": uv}))
    assert found.returncode == 0
    assert found.stdout.strip() == sys.executable


def test_what_uv_fetches_is_taken(tmp_path: Path) -> None:
    fetched = tmp_path / "fetched"
    uv = (
        f'#!/bin/sh\nif [ "$2" = install ]; then : >"{fetched}"; exit 0; fi\n'
        f'[ -e "{fetched}" ] && echo "{sys.executable}"\n'
    )
    found = find(commands(tmp_path / "bin", {"uv": uv}))
    assert found.returncode == 0
    assert found.stdout.strip() == sys.executable
    assert fetched.exists()


def test_without_any_it_says_what_to_install(tmp_path: Path) -> None:
    found = find(commands(tmp_path / "bin", {"python3": OLD, "python3.13": BROKEN}))
    assert found.returncode == 1
    assert found.stdout == ""
    assert "No Python 3.13 or 3.14 found" in found.stderr
    assert "Install one of them" in found.stderr


def test_a_system_with_3_14_alone_will_do(tmp_path: Path) -> None:
    """As current distributions ship it."""
    found = find(commands(tmp_path / "bin", {"python3": python("3.14"), "python3.13": BROKEN}))
    assert found.returncode == 0
    assert found.stdout.strip() == str(tmp_path / "bin" / "python3")


def test_3_13_comes_before_a_newer_system_python(tmp_path: Path) -> None:
    found = find(
        commands(tmp_path / "bin", {"python3": python("3.14"), "python3.13": python("3.13")})
    )
    assert found.stdout.strip() == str(tmp_path / "bin" / "python3.13")


def test_all_that_fit_are_told_once_each(tmp_path: Path) -> None:
    scripts = {
        "python3": python("3.13"),
        "python3.13": python("3.13"),
        "python3.14": python("3.14"),
    }
    found = find(commands(tmp_path / "bin", scripts), "--all")
    folder = tmp_path / "bin"
    assert found.stdout.split() == [str(folder / "python3"), str(folder / "python3.14")]


def test_one_that_is_asked_for_must_fit(tmp_path: Path) -> None:
    environment = commands(tmp_path / "bin", {"python3": python("3.13"), "old": OLD})
    assert find(environment | {"PYTHON": "python3"}).returncode == 0
    refused = find(environment | {"PYTHON": "old"})
    assert refused.returncode == 1
    assert "PYTHON=old is no Python 3.13 or 3.14" in refused.stderr
