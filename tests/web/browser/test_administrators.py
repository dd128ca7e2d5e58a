"""Administrators at work: what they do once is done once, and the keyboard keeps its place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Person, Site

LARGE = 20_000  # more than the catalog lets one administrator move


@pytest.fixture
def customer(site: Site) -> Person:
    """Somebody new, of whom nothing is known but the free credits."""
    return site.newcomer("customer")


def test_a_large_act_is_done_once_by_a_second_administrator(
    site: Site, window: OpenWindow, customer: Person
) -> None:
    page = window(site.admin).open(f"/admin/accounts/{customer.id}")
    reason = f"a contract with {customer.email}"
    page.get_by_role("button", name="Add credits").click()
    _fill(page, {"Credits": str(LARGE), "Reason": reason})
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).dblclick()
    expect(page.get_by_role("dialog")).to_contain_text("waits for a second administrator")
    assert _available(site, customer) == 100

    page = window(site.second).open("/admin/acts")
    act = page.get_by_role("listitem").filter(has_text=reason)
    act.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve it").dblclick()
    done = page.get_by_role("status").filter(has_text="Done: 20,000 credits.")
    expect(done).to_be_focused()
    expect(act).to_have_count(0)
    assert _available(site, customer) == 100 + LARGE


def test_who_came_second_is_told_that_it_is_decided(
    site: Site, window: OpenWindow, customer: Person
) -> None:
    reason = f"nobody wants it: {customer.email}"
    act = site.call(
        site.admin,
        "admin_add_credits",
        account_id=str(customer.id),
        amount=LARGE,
        reason=reason,
        key="large",
    )
    (own := window(site.second)).allow("act_not_pending")
    page = own.open("/admin/acts")
    waiting = page.get_by_role("listitem").filter(has_text=reason)
    waiting.get_by_role("button", name="Approve").click()
    site.call(site.admin, "admin_decline_act", act_id=act["act_id"], reason="not wanted")
    page.get_by_role("dialog").get_by_role("button", name="Approve it").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("The act is decided"))
    expect(page.locator("li").filter(has_text=reason)).to_have_count(0)
    page.keyboard.press("Escape")
    assert _has_focus(page.get_by_role("main"))
    assert _available(site, customer) == 100


def test_the_focus_stays_near_a_button_that_its_act_takes_away(
    site: Site, window: OpenWindow, customer: Person
) -> None:
    page = window(site.admin).open(f"/admin/accounts/{customer.id}")
    page.get_by_role("button", name="Pause").click()
    _fill(page, {"Reason": "the card is stolen"})
    page.get_by_role("dialog").get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Resume", include_hidden=True)).to_have_count(1)
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    assert _has_focus(page.get_by_role("region", name="Acts", exact=True))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add credits")).to_be_focused()


def test_a_search_keeps_the_keyboard_in_its_field(
    site: Site, window: OpenWindow, customer: Person
) -> None:
    page = window(site.admin).open("/admin/accounts")
    field = page.get_by_label("Search")
    field.fill(customer.email)
    field.press("Enter")
    expect(page.get_by_role("link", name=customer.email)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(field).to_be_focused()
    page.go_back()
    expect(field).to_have_value("")


def test_a_promotion_is_created_once_by_a_double_click(site: Site, window: OpenWindow) -> None:
    page = window(site.admin).open("/admin/promotions")
    page.get_by_text("New promotion").click()
    page.get_by_label("Code", exact=True).fill("double")
    page.get_by_label("Name").fill("Clicked twice")
    page.get_by_label("Percent").fill("20")
    page.get_by_role("button", name="Create").dblclick()
    expect(page.get_by_text("DOUBLE is created.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Clicked twice")).to_have_count(1)


@pytest.mark.parametrize("path", ["", "/accounts", "/audit"])
def test_who_is_no_administrator_sees_nothing_there(
    site: Site, window: OpenWindow, path: str
) -> None:
    (own := window(site.zoe)).allow("admin_only")
    main = own.open(f"/admin{path}").get_by_role("main")
    expect(main.get_by_role("alert")).to_contain_text("for administrators, and you are not one")
    expect(main.get_by_role("table")).to_have_count(0)


def test_an_address_that_names_no_account_is_no_page(site: Site, window: OpenWindow) -> None:
    page = window(site.admin).open("/admin/accounts/nonsense")
    expect(page.get_by_role("heading", name="No such page")).to_be_visible()


def _fill(page: Page, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        page.get_by_role("dialog").get_by_label(label).fill(text)


def _has_focus(place: Locator) -> bool:
    inside: bool = place.evaluate("(it) => it.contains(document.activeElement)")
    return inside


def _available(site: Site, person: Person) -> float:
    available: float = site.call(person, "get_credit_balance")["available"]
    return available
