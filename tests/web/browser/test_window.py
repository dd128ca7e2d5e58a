"""The window of the browser tests notices what goes wrong in a page."""

from __future__ import annotations

import pytest

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Site
from tests.web.browser.window import Window

NOTICED = """() => new Promise((done) => {
    const look = () => window.shifts.length ? done() : requestAnimationFrame(look);
    look();
})"""
PUT = "([place, html]) => document.querySelector('main').insertAdjacentHTML(place, html)"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("console.error('a warning of React')", "console: a warning of React"),
        ("setTimeout(() => { throw new Error('a defect') })", "script: a defect"),
        ("fetch('/no-such-file.json')", "status of 404"),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("document.body.append(Object.assign(document.createElement('script'),"
         " { textContent: '1' }))", "script-src"),
    ],
)  # fmt: skip
def test_what_goes_wrong_fails_the_test(site: Site, script: str, said: str) -> None:
    def look() -> None:
        with Window(site, None) as looked:
            page = looked.open("/sign-in")
            page.evaluate(script)
            looked.settle()

    with pytest.raises(AssertionError, match=said):
        look()


def test_what_is_too_wide_is_found(window: OpenWindow) -> None:
    looked = window(width=360)
    page = looked.open("/sign-in")
    assert looked.too_wide() == []
    page.evaluate(PUT, ["beforeend", f"<p>{'Wide' * 40}</p>"])
    assert any("WideWide" in found for found in looked.too_wide())


def test_a_barrier_is_found_by_axe(window: OpenWindow) -> None:
    looked = window()
    page = looked.open("/sign-in")
    assert looked.barriers() == []
    page.evaluate(PUT, ["beforeend", "<input><img src='data:,' width='9' height='9'>"])
    assert {found.partition(":")[0] for found in looked.barriers()} >= {"label", "image-alt"}


def test_colours_too_near_to_each_other_are_found_in_the_dark(window: OpenWindow) -> None:
    looked = window(theme="dark")
    page = looked.open("/sign-in")
    page.evaluate("document.querySelector('h1').style.color = '#333'")
    found = looked.barriers(of_colours=True)
    assert [flaw.partition(":")[0] for flaw in found] == ["color-contrast"]


def test_what_jumps_is_found(window: OpenWindow) -> None:
    looked = window()
    page = looked.open("/sign-in")
    assert looked.shifts() == []
    page.evaluate(PUT, ["afterbegin", "<p>late</p><p>late</p><p>late</p><p>late</p>"])
    page.evaluate(NOTICED)
    assert "Sign in" in looked.shifts()[0][1]
