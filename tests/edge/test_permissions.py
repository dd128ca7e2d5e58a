"""docs/stripe.md lists what a restricted key must permit: what the edge calls, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from scripts.migrations import Tree
from tests.edge.shop import CANCEL, CHECKOUT, PORTAL, SUBSCRIBE, Shop

PAGE = Tree().root / "docs/stripe.md"
HEADING = "Permissions of a restricted key"
ROW = re.compile(r"^\| ([^|`]+) \| (None|Read|Write) \|(.*)\|$", re.MULTILINE)
CALL = re.compile(r"`((?:GET|POST|DELETE) /v1/[\w/<>]+)`")
ID = re.compile(r"(?<=/)[a-z]+_[0-9a-f]{24}(?=/|$)")


def listed() -> list[tuple[str, str, list[str]]]:
    """Return the rows of the page: a resource, its permission, and the calls that need it."""
    sections = re.split(r"^#+ ", PAGE.read_text(), flags=re.MULTILINE)
    (section,) = [text for text in sections if text.startswith(HEADING)]
    rows = [
        (what, permission, CALL.findall(rest)) for what, permission, rest in ROW.findall(section)
    ]
    assert len(rows) == section.count("\n|") - 2, "a row that does not read like the others"
    return rows


def called(shop: Shop) -> set[str]:
    return {f"{call.method} {ID.sub('<id>', call.path)}" for call in shop.calls}


def use_everything(shop: Shop) -> None:
    """Make every call of Stripe that the edge can make."""
    user_id = shop.sign_up(email="ada@shop.example")
    shop.strike("lost", "POST", "/v1/customers")
    assert shop.post(user_id, {"package": "small"}, CHECKOUT).status_code == 504
    shop.query("update auth.users set email = 'countess@shop.example'")
    subscribe(shop, user_id)
    config = shop.edge.extensions["config"]
    shop.edge.extensions["config"] = replace(config, site_url="https://new.shop.example")
    session_id = subscribe(shop, user_id)
    assert shop.post(user_id, {}, PORTAL).status_code == 200
    shop.stripe.control.act(session_id, "pay")
    assert shop.stripe.control.settle()
    for _ in range(2):
        assert shop.post(user_id, {}, CANCEL).status_code == 200


def subscribe(shop: Shop, user_id: UUID) -> str:
    response = shop.post(user_id, {"plan": "member"}, SUBSCRIBE)
    assert response.status_code == 200, response.text
    session_id: str = response.json()["session_id"]
    return session_id


def test_the_page_permits_what_the_edge_calls_in_its_first_four_rows(plan_shop: Shop) -> None:
    use_everything(plan_shop)
    of_the_edge = [call for _, _, calls in listed()[:4] for call in calls]
    assert called(plan_shop) <= set(of_the_edge)
    assert all(called(plan_shop) & set(calls) for _, _, calls in listed()[:4])


def test_writing_is_permitted_where_something_is_written_and_nowhere_else() -> None:
    for resource, permission, calls in listed():
        methods = {call.partition(" ")[0] for call in calls}
        assert permission == ("Read" if methods == {"GET"} else "Write"), resource


def test_each_call_stands_in_one_row() -> None:
    calls = [call for _, _, calls in listed() for call in calls]
    assert len(calls) == len(set(calls))


def test_a_restricted_key_cannot_give_money_away() -> None:
    giving = re.compile("POST /v1/(refunds|charges|payouts|transfers)")
    assert not [call for _, _, calls in listed() for call in calls if giving.match(call)]
