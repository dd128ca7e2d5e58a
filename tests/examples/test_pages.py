"""The pages of the examples in Chromium, on a whole local stack with a price list of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from examples import server
from examples.chat.models import SAYING, StandIn
from examples.chat.routes import chat_routes
from examples.documents.routes import document_routes
from examples.server import ask_site, create_app
from examples.voice.routes import voice_routes
from scripts.dev.demo import add_demo_users
from scripts.dev.npm import run_npm
from scripts.dev.stack import Stack
from scripts.dev.stripe import listen, serving
from scripts.dev.web import WEB, install
from scripts.errors import CommandError
from tests.conftest import skip_or_fail
from tests.examples.back_end import BackEnd, User, until

SITE_PAGE = "<!doctype html><title>Site</title>"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages, in a folder of their own."""
    folder = tmp_path_factory.mktemp("pages")
    try:
        install(WEB, print)
        words = ("run", "build:examples", "--", "--outDir", str(folder))
        run_npm(WEB, *words, failure="the pages could not be built", hint="see above")
    except CommandError as error:
        skip_or_fail(error)
    return folder


@pytest.fixture
def zoe(
    fresh_db: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[User]:
    """The user whom the stack offers a sign-in; the back end runs beside it."""
    (tmp_path / "index.html").write_text(SITE_PAGE)
    monkeypatch.setattr(server, "PAGES", built)
    with Stack("voice-agent", database_url=fresh_db, pages=tmp_path) as stack:
        stack.demo_users += add_demo_users(stack.auth, stack.database_url)
        routes = [chat_routes(StandIn(0.02), "claude"), voice_routes(2), document_routes()]
        app = create_app(stack.edge_config, routes, ask_site(stack.edge_config))
        listener = listen()
        user = stack.auth.users.find(stack.demo_users[0].email)
        assert user
        with serving(app, listener):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield User(BackEnd(url, fresh_db), user.id, stack.token(user.id))
        app.extensions["pool"].close()


@pytest.fixture
def page(zoe: User, chromium: Browser) -> Iterator[Page]:
    """A window in which Zoe has signed in with one click; what goes wrong in it is a failure."""
    wrong: list[str] = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{zoe.back_end.url}/chat")
        page.get_by_role("button", name="User", exact=True).click()
        page.get_by_label("Ask").wait_for()
        yield page
    assert wrong == []


def test_the_pages_chat_call_and_upload_and_show_what_is_left(
    zoe: User, page: Page, tmp_path: Path
) -> None:
    page.get_by_label("Ask").fill("Why?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("; you have 0").wait_for()

    page.goto(f"{zoe.back_end.url}/voice")
    page.get_by_role("link", name="Buy credits").wait_for()
    assert page.get_by_role("button", name="Call", exact=True).is_disabled()

    zoe.back_end.add(zoe.id, 100)
    page.goto(f"{zoe.back_end.url}/chat")
    page.get_by_label("Ask").fill("Why?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("are left").wait_for()
    assert SAYING in (page.get_by_role("main").text_content() or "")

    page.goto(f"{zoe.back_end.url}/voice")
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_text("Minute 2").wait_for()
    page.get_by_role("button", name="Hang up").click()
    until(lambda: zoe.balances["held"] == 0)
    page.get_by_text(f"{float(zoe.balances['available']):g} credits", exact=True).wait_for()

    text = tmp_path / "tides.txt"
    text.write_text("The tides come twice a day.")
    page.goto(f"{zoe.back_end.url}/documents")
    page.get_by_label("Text files").first.set_input_files(text)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_text("6 words, 5 credits").wait_for()
    assert [service for service, _ in zoe.charges] == ["claude", "voice_call", "document_upload"]
