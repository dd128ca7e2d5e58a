"""Without a mouse: every stop of the keyboard is seen, dialogs keep it in and give it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Person, Site

STOPS = 60
IS_SEEN = """(element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""
IN_DIALOG = """() => document.activeElement === document.body
    || document.querySelector("dialog").contains(document.activeElement)"""


@pytest.fixture
def spender(site: Site) -> Person:
    """Somebody new, with a charge to dispute."""
    person = site.newcomer("spender")
    site.call(person, "use_credits", service="query", key="first", description="one question")
    return person


def test_signing_in_needs_no_mouse(site: Site, window: OpenWindow) -> None:
    page = window().open("/sign-in")
    _go_to(page, page.get_by_role("button", name=site.zoe.label, exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Billing", level=1)).to_be_focused()


def test_a_password_is_typed_and_sent(site: Site, window: OpenWindow) -> None:
    person = site.newcomer("typist")
    page = window().open("/sign-in")
    _go_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(person.email)
    _go_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Billing", level=1)).to_be_visible()


def test_a_newcomer_signs_up_and_is_in(window: OpenWindow) -> None:
    page = window().open("/sign-in")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    expect(page.get_by_role("heading", name="Sign up", level=1)).to_be_focused()
    page.get_by_label("E-mail").fill("signed-up@example.com")
    page.get_by_label("Password", exact=True).fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Billing", level=1)).to_be_visible()
    expect(page.get_by_text("100 credits every month")).to_be_visible()


def test_a_wrong_password_is_said_aloud(site: Site, window: OpenWindow) -> None:
    (own := window()).allow("status of 400")
    page = own.open("/sign-in")
    page.get_by_label("E-mail").fill(site.zoe.email)
    page.get_by_label("Password", exact=True).fill("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_skip_link_leads_past_the_navigation(site: Site, window: OpenWindow) -> None:
    page = window(site.zoe).open("/buy")
    skip = page.get_by_role("link", name="Skip to the content")
    skip.focus()
    box = skip.bounding_box()
    assert box
    assert box["width"] > 50, "it is seen while it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").locator(":focus")).to_have_count(1)


def test_light_and_dark_are_switched_and_kept(site: Site, window: OpenWindow) -> None:
    page = window(site.zoe).open("/buy")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    _go_back_to(page, page.get_by_role("button", name="Show it dark"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show it light")).to_be_focused()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    page.get_by_role("button", name="Show it light").wait_for()
    assert page.evaluate(ground) == dark


def test_a_pack_is_chosen_and_paid(site: Site, window: OpenWindow) -> None:
    page = window(site.newcomer()).open("/buy")
    _go_to(page, page.get_by_role("button", name="Choose Small"))
    page.keyboard.press("Space")
    pay = page.get_by_role("button", name="Pay US$5.00")
    expect(pay).to_be_enabled()
    _go_to(page, pay)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(site.stack.stripe_url)))


def test_a_dispute_is_filed_in_a_dialog_that_keeps_the_focus(
    window: OpenWindow, spender: Person
) -> None:
    page = window(spender).open("/history")
    opener = page.get_by_role("button", name="Dispute the charge of 5 credits")
    _go_to(page, opener)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(IN_DIALOG)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    _go_to(page, dialog.get_by_label("What was wrong?"))
    page.keyboard.press("ArrowDown")
    _go_to(page, dialog.get_by_label("What happened?"))
    page.keyboard.type("It answered nothing.")
    _go_to(page, dialog.get_by_role("button", name="File the dispute"))
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("cell", name="Waiting")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"


def test_an_act_of_an_administrator_gives_the_focus_back(
    site: Site, window: OpenWindow, spender: Person
) -> None:
    page = window(site.admin).open(f"/admin/accounts/{spender.id}")
    opener = page.get_by_role("button", name="Add credits")
    _go_to(page, opener)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def _go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus; every stop on the way must be seen."""
    target.wait_for()
    for _ in range(STOPS):
        page.keyboard.press(key)
        stop = page.locator("*:focus")
        if stop.count():
            assert stop.evaluate(IS_SEEN), f"no ring around {stop.evaluate('it => it.outerHTML')}"
        if target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"{STOPS} presses of {key} do not lead there: {target}")


def _go_back_to(page: Page, target: Locator) -> None:
    _go_to(page, target, "Shift+Tab")
