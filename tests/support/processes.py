"""Looking at processes from outside."""

import psutil


def has_ended(process: psutil.Process) -> bool:
    """True when it is gone, or only waits for its parent to take notice."""
    try:
        return not process.is_running() or bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
