"""Purchases for a team through the edge: by who manages it, credited to it, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from tests.edge.shop import BASIC, Shop, open_shop
from tests.teams.people import create, join, remove, set_member


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    with open_shop(fresh_db) as opened:
        yield opened


@pytest.fixture
def people(shop: Shop) -> dict[str, UUID]:
    """A team's account and its owner, admin, member and viewer."""
    found = {
        role: shop.sign_up(email=f"{role}@example.com")
        for role in ("owner", "admin", "member", "viewer")
    }
    with psycopg.connect(shop.dsn) as conn:
        found["team"] = create(conn, found["owner"])
        for role in ("admin", "member", "viewer"):
            join(conn, found["team"], found["owner"], found[role], role)
    return found


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404), ("viewer", 404)]
)
def test_who_manages_the_team_buys_for_it(
    shop: Shop, people: dict[str, UUID], role: str, status: int
) -> None:
    wish = {"package": "basic", "account_id": str(people["team"])}
    response = shop.post(people[role], wish)
    assert response.status_code == status
    if status == 200:
        shop.stripe.control.act(response.json()["session_id"], "pay")
        assert shop.stripe.control.settle()
    else:
        assert response.json()["message"] == "account_not_found"
        assert shop.query("select count(*) from credits.orders") == [(0,)]
    assert shop.history(people["team"]) == (BASIC if status == 200 else [])
    assert shop.history(people[role]) == []


def test_a_page_that_was_opened_before_the_buyer_left_still_pays_for_the_team(
    shop: Shop, people: dict[str, UUID]
) -> None:
    wish = {"package": "basic", "account_id": str(people["team"])}
    session_id = shop.post(people["admin"], wish).json()["session_id"]
    with psycopg.connect(shop.dsn) as conn:
        remove(conn, people["team"], people["owner"], people["admin"])
    shop.stripe.control.act(session_id, "pay")
    assert shop.stripe.control.settle()
    assert shop.history(people["team"]) == BASIC
    assert shop.history(people["admin"]) == []
    refused = shop.post(people["admin"], wish)
    assert (refused.status_code, refused.json()["message"]) == (404, "account_not_found")


def test_a_member_who_is_made_admin_buys_and_one_who_is_demoted_does_not(
    shop: Shop, people: dict[str, UUID]
) -> None:
    wish = {"package": "basic", "account_id": str(people["team"])}
    with psycopg.connect(shop.dsn) as conn:
        set_member(conn, people["team"], people["owner"], people["member"], role="admin")
        set_member(conn, people["team"], people["owner"], people["admin"], role="member")
    assert shop.post(people["member"], wish).status_code == 200
    assert shop.post(people["admin"], wish).status_code == 404
