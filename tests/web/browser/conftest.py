"""The site of all browser tests, and windows to look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from scripts.dev.stack import Stack
from scripts.dev.web import WEB, ensure_pages
from scripts.errors import CommandError
from tests.conftest import new_database, skip_or_fail
from tests.web.browser.site import Person, Site
from tests.web.browser.window import Window
from tests.web.questions import add_questions

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def site(
    cluster_dsn: str,
    template_db: str,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    try:
        pages = add_questions(ensure_pages(WEB, print), tmp_path_factory.mktemp("pages"))
    except CommandError as error:
        skip_or_fail(error)
    with (
        new_database(cluster_dsn, template_db) as dsn,
        Stack(database_url=dsn, pages=pages) as stack,
    ):
        yield Site(stack, chromium)


@pytest.fixture
def window(site: Site) -> Iterator[OpenWindow]:
    """Opens windows: ``window(person, width=360, theme="dark")``; None for a visitor."""
    with ExitStack() as opened:

        def open_window(person: Person | None = None, **look: Any) -> Window:
            return opened.enter_context(Window(site, person, **look))

        yield open_window
