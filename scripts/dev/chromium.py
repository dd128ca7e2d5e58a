"""The Chromium of this machine, without a screen, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from scripts.errors import CommandError

# It speaks to nobody but the pages. Chromium's own sandbox cannot be had as root.
SWITCHES = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str:
    """Return the program.

    Raises:
        CommandError: there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise CommandError("there is no Chromium", "install it (Debian: apt-get install chromium)")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Run it for as long as the block does.

    Raises:
        CommandError: there is none.
    """
    path = find_chromium()
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=path, args=SWITCHES, chromium_sandbox=False
        ) as browser,
    ):
        yield browser
