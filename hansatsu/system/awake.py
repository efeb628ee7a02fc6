"""How long this machine has run since it was booted: a time that nobody can set."""

import time
from dataclasses import dataclass
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Awake:
    """``boot_id`` names the boot; ``seconds`` since it, those asleep included."""

    boot_id: str
    seconds: float


def awake() -> Awake | None:
    """What this machine has counted; None where the system does not tell (it is no Linux)."""
    if not BOOT_ID.exists():
        return None
    counted = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Awake(BOOT_ID.read_text("ascii").strip(), counted)
