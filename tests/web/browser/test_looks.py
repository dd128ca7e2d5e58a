"""Every page at three widths, light and dark: it fits, stands still, and lets everybody in."""

from __future__ import annotations

import pytest

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.places import NARROW, PLACES, WIDE, WIDTHS, Place
from tests.web.browser.site import Site

STILL = 0.01  # the sum of all shifts; above 0.1 a page is felt to jump


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_page_fits_stands_still_and_has_no_barrier(
    site: Site, window: OpenWindow, place: Place
) -> None:
    looked = window(place.person(site))
    if (place.who, place.path) == ("newcomer", "/admin"):
        looked.allow("status of 403")
    flaws = []
    for width in WIDTHS:
        looked.resize(width)
        looked.open(place.address(site))
        shifts = looked.shifts()
        if sum(much for much, _ in shifts) >= STILL:
            flaws += [f"{width}: {shift}" for shift in shifts]
        flaws += looked.flaws(f"{place}-{width}", with_barriers=width in (NARROW, WIDE))
    assert not flaws, "\n".join(flaws)


@pytest.mark.parametrize(
    ("who", "path", "openers"),
    [
        ("user", "/history", ["Dispute the charge"]),
        ("user", "/", ["Show the receipt"]),
        ("admin", "/admin/accounts/{user}", ["Add credits", "Pause", "Erase", "Void grant"]),
        ("admin", "/admin/promotions", ["End"]),
    ],
)
def test_a_dialog_fits_and_has_no_barrier(
    site: Site, window: OpenWindow, who: str, path: str, openers: list[str]
) -> None:
    place = Place(who, path)
    looked = window(place.person(site))
    page = looked.open(place.address(site))
    flaws = []
    for opener in openers:
        page.get_by_role("main").get_by_role("button", name=opener).first.click()
        looked.settle()
        for width in (NARROW, WIDE):
            looked.resize(width)
            flaws += looked.flaws(f"{place}-{opener.replace(' ', '-')}-{width}")
            dialog = page.get_by_role("dialog").bounding_box()
            assert dialog
            assert dialog["x"] >= 0
            assert dialog["x"] + dialog["width"] <= width
        page.keyboard.press("Escape")
    assert not flaws, "\n".join(flaws)
