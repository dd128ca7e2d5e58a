"""Texts of people who mean harm, or write in their own way, are shown as they were written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import OpenWindow
from tests.web.browser.places import NARROW, WIDE
from tests.web.browser.site import Person, Site

TEXTS = {
    "script": "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
    "template": "{{7*7}} ${7*7} &lt;b&gt;&amp;nbsp; javascript:alert(1)",
    "long": "Donaudampfschifffahrtsgesellschaft" * 2,
    "right to left": "\u05e9\u05dc\u05d5\u05dd 123 \u0645\u0631\u062d\u0628\u0627",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 Zu\u0308rich",
}


@dataclass(frozen=True)
class Scene:
    """Who wrote all texts everywhere."""

    mallory: Person
    buyer: Person
    account_id: str


@pytest.fixture(scope="session")
def scene(site: Site) -> Scene:
    mallory, buyer = site.newcomer("mallory"), site.newcomer("buyer")
    site.buy(buyer)
    for name, text in TEXTS.items():
        charge = site.call(
            mallory, "use_credits", service="query", key=name, description=text, reference=name
        )
        complaint = {"reason": "other", "description": text}
        dispute = site.call(
            mallory,
            "submit_credit_dispute",
            transaction_id=charge["transaction_id"],
            **complaint,
        )
        if name != "script":
            site.call(
                site.admin,
                "admin_resolve_dispute",
                dispute_id=dispute["id"],
                outcome="rejected",
                note=text,
            )
        site.call(mallory, "create_credit_team", name=text)
        site.call(
            buyer,
            "send_credit_gift",
            recipient_email=mallory.email,
            amount=1,
            key=name,
            message=text,
        )
        site.call(site.admin, "admin_pause_account", account_id=str(mallory.id), reason=text)
        site.call(site.admin, "admin_resume_account", account_id=str(mallory.id), reason=text)
        code = name.upper().replace(" ", "")
        promotion = {"code": code, "name": text, "discount_type": "percent", "discount_value": 5}
        site.call(site.admin, "admin_create_promotion", promotion=promotion)
    return Scene(mallory, buyer, str(mallory.id))


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("mallory", "/"),
        ("mallory", "/history"),
        ("mallory", "/disputes"),
        ("mallory", "/teams"),
        ("mallory", "/gifts"),
        ("buyer", "/gifts"),
        ("admin", "/admin/accounts"),
        ("admin", "/admin/accounts/{account}"),
        ("admin", "/admin/disputes"),
        ("admin", "/admin/promotions"),
        ("admin", "/admin/audit"),
    ],
)
def test_a_text_is_shown_as_it_was_written(
    site: Site, scene: Scene, window: OpenWindow, who: str, path: str
) -> None:
    people = {"mallory": scene.mallory, "buyer": scene.buyer, "admin": site.admin}
    looked = window(people[who])
    page = looked.open(path.format(account=scene.account_id))
    if path == "/admin/disputes":
        page.get_by_role("button", name="All", exact=True).click()
    for text in TEXTS.values():
        expect(page.get_by_role("main")).to_contain_text(text)
    assert page.evaluate("window.hacked") is None
    flaws = []
    for width in (NARROW, WIDE):
        looked.resize(width)
        name = f"texts-{who}-{path.strip('/').replace('/', '-')}-{width}"
        flaws += looked.flaws(name, with_barriers=width == NARROW)
    assert not flaws, "\n".join(flaws)
