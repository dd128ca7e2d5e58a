"""Private directories that vanish with their owner, even one that was killed.

The owner holds a lock on a file inside. Whoever makes the next directory of the same kind first
removes those whose lock nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "owner.lock"


@contextmanager
def private_directory(parent: Path, kind: str) -> Iterator[Path]:
    """Make ``parent/pgcredits-<kind>-<uid>-<pid>-<random>`` and remove it at the end.

    Args:
        parent: an existing folder.
        kind: one word; only directories of one kind and user sweep each other.

    Yields:
        The directory, open to its owner alone.
    """
    prefix = f"pgcredits-{kind}-{os.getuid()}-"
    _sweep(parent, prefix)
    directory = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))
    fresh = directory / "new.lock"
    try:
        with hold_lock(fresh):
            # Only now does the lock get the name that a sweep looks for: it is never seen unheld.
            fresh.rename(directory / LOCK)
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file until the block, or this process, ends.

    Raises:
        BlockingIOError: another process holds it.
    """
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _sweep(parent: Path, prefix: str) -> None:
    """Remove the directories whose owner is gone. A server left in one stops by itself."""
    for lock in parent.glob(f"{prefix}*/{LOCK}"):
        with suppress(OSError), hold_lock(lock):
            shutil.rmtree(lock.parent, ignore_errors=True)
