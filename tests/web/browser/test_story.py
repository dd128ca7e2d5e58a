"""The way of a user through the pages: buying, spending, a refusal, a dispute and its answer."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.site import Site, number
from tests.web.questions import QUESTIONS

COST = 5  # what a query costs in the catalog of the stack
WRONG = "The answer was about another product"
ANSWER = "You are right: these come back"


def test_a_user_buys_spends_is_refused_disputes_and_is_answered(
    site: Site, window: OpenWindow
) -> None:
    user = window()
    page = user.open("/")
    expect(page).to_have_url(f"{site.url}/sign-in")
    page.get_by_role("button", name=site.zoe.label, exact=True).click()
    expect(page.get_by_role("heading", name="Billing", level=1)).to_be_visible()
    begin = _balance(page)

    page.get_by_role("link", name="Buy", exact=True).click()
    _buy(site, page)
    expect(_shown(page)).to_have_text(f"{begin + 500:,.0f}")

    user.open(QUESTIONS)
    _ask(page, 4)
    _ask(page, int(begin + 500) // COST - 4)
    page.get_by_label("How many").fill("1")
    expect(page.get_by_text("This needs 5 credits; you have 0.")).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    user.open("/billing")
    assert _balance(page) == 0
    expect(page.get_by_role("main")).to_contain_text("Nothing left")
    user.open("/usage")
    page.get_by_label("Service", exact=True).select_option(label="Query")
    expect(page.get_by_text("This may cost more than you have.")).to_be_visible()

    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("button", name=f"Dispute the charge of {4 * COST} credits").click()
    form = page.get_by_role("dialog")
    form.get_by_label("What was wrong?").select_option(index=1)
    form.get_by_label("What happened?").fill(WRONG)
    form.get_by_role("button", name="File the dispute").click()
    expect(form).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text="Waiting")).to_have_count(1)

    _resolve(site, window)

    user.open("/disputes")
    answer = page.get_by_role("listitem").filter(has_text=WRONG)
    expect(answer).to_contain_text("Approved")
    expect(answer).to_contain_text(ANSWER)
    assert _balance(page) == 4 * COST

    user.open("/history")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all as CSV").click()
    lines = _read(download.value.path())
    assert sum(float(line["amount"]) for line in lines) == 4 * COST
    assert [line["type"] for line in lines].count("usage") == 2


def test_a_check_lets_on_who_has_enough_and_sends_others_to_buy(
    site: Site, window: OpenWindow
) -> None:
    person = site.newcomer()
    page = (own := window(person)).open(QUESTIONS)
    expect(page.get_by_text("This costs 5 credits; you have 100.")).to_be_visible()

    own.allow("status of 402")
    site.call(person, "use_credits", service="query", quantity=20, key="in another window")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("output")).to_have_text("This needs 5 credits; you have 0.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()

    page.get_by_role("link", name="Buy credits").click()
    _buy(site, page)
    own.open(QUESTIONS)
    expect(page.get_by_text("This costs 5 credits; you have 500.")).to_be_visible()
    _ask(page, 1)
    expect(_shown(page)).to_have_text("495")


def test_who_leaves_the_pay_page_has_bought_nothing(site: Site, window: OpenWindow) -> None:
    page = (own := window(site.newcomer())).open("/buy?package=medium")
    page.get_by_role("button", name="Pay US$15.00").click()
    page.get_by_role("link", name="Cancel and go back").click()
    own.settle()
    expect(page.get_by_text("nothing was bought, and nothing was charged")).to_be_visible()
    assert _balance(page) == 100


def _resolve(site: Site, window: OpenWindow) -> None:
    """Resolve the dispute as an administrator."""
    page = window(site.admin).open("/admin/disputes")
    card = page.get_by_role("listitem").filter(has_text=WRONG)
    card.get_by_role("button", name="Approve in full").click()
    act = page.get_by_role("dialog")
    act.get_by_label("Reason").fill(ANSWER)
    act.get_by_role("button", name="Approve in full").click()
    act.get_by_role("button", name="OK").click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Approved", exact=True).click()
    expect(card).to_contain_text(ANSWER)


def _buy(site: Site, page: Page) -> None:
    """Buy the small pack on the pay page, and come back."""
    page.get_by_role("button", name="Choose Small").click()
    page.get_by_role("button", name="Pay US$5.00").click()
    expect(page).to_have_url(re.compile(re.escape(site.stack.stripe_url)))
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("Thank you: 500 credits added.")).to_be_visible()


def _ask(page: Page, count: int) -> None:
    """Ask so many questions, for which there are credits."""
    page.get_by_label("How many").fill(f"{count}")
    expect(page.get_by_text(f"This costs {count * COST} credits")).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("output")).to_have_text(f"Answered, for {count * COST} credits.")


def _shown(page: Page) -> Locator:
    return page.get_by_role("banner").locator("strong")


def _balance(page: Page) -> float:
    """Return the balance that every page shows at its top."""
    return number(_shown(page).text_content())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
