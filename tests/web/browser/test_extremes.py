"""What nobody drew: long names, large numbers, colours of the system's own, no network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Person, Site

MANY = 1_234_567.123456789
LONG = "Donaudampfschifffahrtsgesellschaft & Söhne"
IS_CUT = """(element) => {
    const { right } = element.getBoundingClientRect();
    return right > element.closest("section").getBoundingClientRect().right;
}"""
ROWS = """() => new Set([...document.querySelectorAll("header select, header button")]
    .map((element) => Math.round(element.getBoundingClientRect().top))).size"""
STILL = 0.03  # the lines below the number are more than are held a place for


@pytest.fixture(scope="module")
def rich(site: Site) -> Person:
    """Somebody with a number of credits as long as numbers are, and a team of a long name."""
    person = site.newcomer("rich")
    act = site.call(
        site.admin,
        "admin_add_credits",
        account_id=str(person.id),
        amount=MANY,
        reason="many of them",
        key="rich",
        source="purchase",
    )
    site.call(site.second, "admin_approve_act", act_id=act["act_id"])
    site.call(person, "create_credit_team", name=LONG)
    return person


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_large_number_is_read_whole_and_moves_nothing(
    rich: Person, window: OpenWindow, width: int
) -> None:
    looked = window(rich, width=width)
    page = looked.open("/")
    number = page.get_by_role("region", name="Balance", exact=True).locator("strong")
    expect(number).to_have_text("1,234,667.123456789")
    assert not number.evaluate(IS_CUT)
    assert page.evaluate(ROWS) == 1
    assert sum(much for much, _ in looked.shifts()) < STILL
    assert not looked.too_wide()


@pytest.mark.parametrize("width", [320, 360])
def test_a_long_name_of_a_team_is_wrapped(rich: Person, window: OpenWindow, width: int) -> None:
    looked = window(rich, width=width)
    page = looked.open("/teams")
    page.get_by_role("main").get_by_role("button", name=f"Use {LONG}").click()
    looked.settle()
    expect(page.get_by_role("button", name=f"In use {LONG}")).to_be_focused()
    expect(page.get_by_role("heading", name=f"Members of {LONG}")).to_be_visible()
    assert not looked.too_wide()


def test_colours_of_the_systems_own_show_the_page_and_how_much_is_left(
    site: Site, window: OpenWindow
) -> None:
    looked = window(site.user)
    looked.page.emulate_media(forced_colors="active")
    page = looked.open("/")
    here = page.get_by_role("link", name="Billing", exact=True)
    assert here.evaluate("(element) => getComputedStyle(element).borderTopWidth") == "2px"
    bar = page.get_by_role("progressbar")
    some = bar.screenshot()
    bar.evaluate("(element) => { element.value = 0; }")
    assert bar.screenshot() != some


def test_what_is_pressed_without_a_network_is_told_and_not_done_later(
    site: Site, window: OpenWindow
) -> None:
    looked = window(site.newcomer())
    looked.allow("ERR_INTERNET_DISCONNECTED")
    page = looked.open("/buy?package=small")
    page.context.set_offline(True)
    page.get_by_role("button", name="Pay US$5.00").click()
    expect(page.get_by_role("alert")).to_contain_text("check the connection")
    page.get_by_role("link", name="Gifts", exact=True).click()
    expect(page.get_by_role("heading", name="Something went wrong")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("link", name="Buy", exact=True).click()
    expect(page.get_by_role("heading", name="Buy credits", level=1)).to_be_visible()


def test_who_signs_in_in_another_window_is_led_on_in_this_one(
    site: Site, window: OpenWindow
) -> None:
    page = window().open("/gifts")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    other = page.context.new_page()
    other.goto("/sign-in")
    other.get_by_role("button", name=site.zoe.label, exact=True).click()
    expect(other.get_by_role("heading", name="Billing", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Gifts", level=1)).to_be_visible()
    other.go_back()
    expect(other.get_by_role("heading", name="Sign in", level=1)).to_be_hidden()
