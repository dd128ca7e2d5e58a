"""The server of the built pages: paths, headers, caching, and what ``/config.json`` tells."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.dev.demo import add_demo_users
from scripts.dev.pages import create_pages
from scripts.dev.stack import SITE_URL, Stack
from scripts.dev.stripe import listen, serving
from scripts.errors import CommandError

HOME = "<!doctype html><title>Credits</title>" + "<p>a page</p>" * 100
SCRIPT = "const credits = 1;\n" * 200
PIXEL = bytes(range(64))
GATEWAY, EDGE = "http://127.0.0.1:1234", "http://127.0.0.1:1236"
CONFIG: dict[str, Any] = {"supabaseUrl": GATEWAY, "edgeUrl": EDGE, "anonKey": "key", "demo": []}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self';"
    f" connect-src 'self' {GATEWAY} {EDGE} ws://127.0.0.1:1234 ws://127.0.0.1:1236;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as Vite leaves it, with a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(HOME)
    (folder / ".built-from").write_text("hidden")
    (folder / "assets/app-B1x9.js").write_text(SCRIPT)
    (folder / "assets/pixel-C3y1.png").write_bytes(PIXEL)
    (folder / "robots.txt").write_text("User-agent: *\n")
    return folder


@pytest.fixture
def pages(built: Path) -> Iterator[httpx.Client]:
    listener = listen()
    with (
        serving(create_pages(built, lambda: CONFIG, [GATEWAY, EDGE]), listener),
        httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/", "/index.html", "/billing", "/admin/accounts/7?tab=a.b"])
def test_every_path_of_the_application_is_the_one_page(pages: httpx.Client, path: str) -> None:
    answer = pages.get(path)
    assert (answer.status_code, answer.text) == (200, HOME)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_that_is_not_there_is_not_the_page(pages: httpx.Client) -> None:
    for path in ("/assets/app-OLD.js", "/favicon.ico", "/.built-from", "/admin/logo.svg"):
        assert pages.get(path).status_code == 404, path


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"])
def test_nothing_outside_the_folder_is_served(pages: httpx.Client, path: str) -> None:
    request = pages.build_request("GET", "/")
    request.url = httpx.URL(str(pages.base_url)).copy_with(raw_path=path.encode())
    answer = pages.send(request)
    assert "secret" not in answer.text
    assert answer.status_code == 404


def test_assets_are_kept_for_ever_and_other_files_are_asked_for_again(pages: httpx.Client) -> None:
    forever = "public, max-age=31536000, immutable"
    for path, kind, cached in (
        ("/assets/app-B1x9.js", "text/javascript", forever),
        ("/assets/pixel-C3y1.png", "image/png", forever),
        ("/robots.txt", "text/plain", "no-cache"),
    ):
        answer = pages.get(path)
        assert answer.headers["Content-Type"].split(";")[0] == kind
        assert answer.headers["Cache-Control"] == cached


def test_a_text_is_sent_compressed_to_who_takes_it(pages: httpx.Client) -> None:
    path = "/assets/app-B1x9.js"
    with pages.stream("GET", path, headers={"Accept-Encoding": "br, gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) == len(raw) < len(SCRIPT) / 4
    assert gzip.decompress(raw).decode() == SCRIPT
    for wish in ("identity", "gzip;q=0", "br"):
        plain = pages.get(path, headers={"Accept-Encoding": wish})
        assert "Content-Encoding" not in plain.headers, wish
        assert plain.text == SCRIPT
        assert plain.headers["Vary"] == "Accept-Encoding"
    pixel = pages.get("/assets/pixel-C3y1.png", headers={"Accept-Encoding": "gzip"})
    assert ("Content-Encoding" in pixel.headers, pixel.content) == (False, PIXEL)


def test_what_a_browser_has_is_not_sent_again(pages: httpx.Client) -> None:
    path = "/assets/app-B1x9.js"
    tags = set()
    for coding in ("gzip", "identity"):
        tag = pages.get(path, headers={"Accept-Encoding": coding}).headers["ETag"]
        tags.add(tag)
        asked = {"If-None-Match": tag, "Accept-Encoding": coding}
        again = pages.get(path, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert pages.get(path, headers=asked | {"If-None-Match": '"other"'}).status_code == 200
    assert len(tags) == 2


@pytest.mark.parametrize("path", ["/", "/config.json", "/assets/app-B1x9.js", "/absent.js"])
def test_every_answer_is_protected(pages: httpx.Client, path: str) -> None:
    headers = pages.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_configuration_is_told_to_its_own_pages_alone(pages: httpx.Client) -> None:
    answer = pages.get("/config.json", headers={"Origin": "http://elsewhere.test"})
    assert answer.json() == CONFIG
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert pages.get("/config.json", headers={"Host": "elsewhere.test"}).status_code == 400


def test_who_comes_by_another_name_is_sent_to_the_one_that_the_edge_lets_in(
    pages: httpx.Client,
) -> None:
    port = pages.base_url.port
    answer = pages.get("/billing?tab=b", headers={"Host": f"localhost:{port}"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"http://127.0.0.1:{port}/billing?tab=b"


def test_only_reading_is_answered(pages: httpx.Client) -> None:
    assert pages.post("/", json={}).status_code == 405
    head = pages.head("/")
    assert (head.status_code, head.content) == (200, b"")


def test_a_folder_without_a_page_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"has no index\.html"):
        create_pages(tmp_path, lambda: CONFIG, [])


def test_a_stack_with_pages_lets_them_call_and_tells_them_what_they_need(
    fresh_db: str, built: Path
) -> None:
    with Stack(database_url=fresh_db, pages=built) as stack:
        assert stack.pages_url is not None
        assert stack.edge_config.site_url == stack.pages_url
        asked = {"Origin": stack.pages_url, "Access-Control-Request-Method": "POST"}
        preflight = httpx.options(f"{stack.edge_url}/api/credits/checkout", headers=asked)
        assert preflight.headers["Access-Control-Allow-Origin"] == stack.pages_url
        stack.demo_users += add_demo_users(stack.auth, stack.database_url)
        home = httpx.get(stack.pages_url)
        config = httpx.get(f"{stack.pages_url}/config.json").json()
    assert (
        f" connect-src 'self' {stack.url} {stack.edge_url} ws:"
        in (home.headers["Content-Security-Policy"])
    )
    assert (config["supabaseUrl"], config["edgeUrl"]) == (stack.url, stack.edge_url)
    assert config["anonKey"] == stack.keys.anon
    assert [sorted(user) for user in config["demo"]] == [["email", "label", "password", "role"]] * 3
    for secret in (stack.keys.service, stack.keys.jwt_secret, stack.keys.webhook):
        assert secret not in str(config)


def test_a_site_that_was_named_is_where_a_buyer_goes_back_to(fresh_db: str, built: Path) -> None:
    site = "http://127.0.0.1:5173"
    with Stack(database_url=fresh_db, pages=built, site_url=site) as stack:
        assert stack.edge_config.site_url == site
        assert stack.pages_url
        assert httpx.get(stack.pages_url).text == HOME


def test_without_pages_nothing_is_served_and_the_site_is_the_usual_one(fresh_db: str) -> None:
    with Stack(database_url=fresh_db) as stack:
        assert stack.pages_url is None
        assert stack.edge_config.site_url == SITE_URL


def test_the_pages_have_the_port_after_the_edge(fresh_db: str, built: Path) -> None:
    base = free_ports(5)
    with Stack(port_base=base, database_url=fresh_db, pages=built) as stack:
        addresses = (stack.url, stack.stripe_url, stack.edge_url, stack.pages_url)
        assert addresses == tuple(f"http://127.0.0.1:{base + offset}" for offset in range(1, 5))


def free_ports(count: int) -> int:
    """Return the first of so many ports in a row that nobody has."""
    for base in range(20_000, 30_000, count):
        with socket.socket() as probe:
            if all(probe.connect_ex(("127.0.0.1", base + it)) for it in range(count)):
                return base
    raise AssertionError("no ports are free")
