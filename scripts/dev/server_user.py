"""Who a local server runs as: PostgreSQL refuses root, so root lends it an unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.errors import CommandError

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class ServerUser:
    """The account of a server, and how a program is started as it.

    Attributes:
        uid: the user's number, gid: that of its group; both None for the present user.
    """

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, Any]:
        """Return the keyword arguments with which ``subprocess`` starts a program as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a folder, and all that is in it, to this user."""
        if self.uid is None or self.gid is None:
            return
        os.chown(path, self.uid, self.gid)
        for folder, folders, files in os.walk(path):
            for name in folders + files:
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)

    def can(self, access: str, path: Path) -> bool:
        """Say whether this user has an access (``r``, ``w`` or ``x``) to a path."""
        command = ["/bin/sh", "-c", f'test -{access} "$1"', "sh", str(path)]
        return subprocess.run(command, cwd="/", **self.popen_options()).returncode == 0


def server_user() -> ServerUser:
    """Return the present user, or for root an unprivileged one that exists.

    Raises:
        CommandError: root finds none.
    """
    if os.geteuid() != 0:
        return ServerUser()
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_uid, entry.pw_gid)
    raise CommandError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody",
        "create one (useradd --system postgres), or run this as a normal user",
    )
