"""Administrators create, end and list promotions; each is in the audit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import administrator, as_actor, audit, does, lists
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import Row, call, changed_catalog, refused, use_catalog

TEN_PERCENT: Row = {
    "code": "spring ten",
    "name": "Spring",
    "discount_type": "percent",
    "discount_value": 10,
}


@pytest.fixture
def admin(db: Connection) -> UUID:
    use_catalog(db)
    return administrator(db)


def create(conn: Connection, admin_id: UUID, **keys: Any) -> Row:
    """Create a promotion of 10 percent with further keys."""
    promotion = {**TEN_PERCENT, **keys}
    row: Row = does(conn, admin_id, "admin_create_promotion", promotion=promotion)
    return row


def end(conn: Connection, admin_id: UUID, code: str) -> Row:
    """End a promotion."""
    row: Row = does(conn, admin_id, "admin_end_promotion", code=code)
    return row


def codes(conn: Connection, admin_id: UUID, **asked: Any) -> list[str]:
    """Return the codes of a page of promotions."""
    return [row["code"] for row in lists(conn, admin_id, "admin_list_promotions", **asked)]


def test_a_promotion_is_created_and_shown(db: Connection, admin: UUID) -> None:
    shown = create(db, admin, code="SPRING", minimum_cents=500, maximum_uses=3, plans=["pro"])
    assert shown.pop("created_at") is not None
    assert shown.pop("starts_at") is not None
    assert shown == {
        "code": "SPRING", "name": "Spring", "discount_type": "percent", "discount_value": 10,
        "currency": None, "ends_at": None, "maximum_uses": 3, "maximum_uses_per_account": 1,
        "minimum_cents": 500, "packages": None, "plans": ["pro"], "credits_days": None, "uses": 0,
        "is_active": True, "created_by": as_actor(admin),
    }  # fmt: skip


def test_the_audit_has_the_promotion_as_it_was_created(db: Connection, admin: UUID) -> None:
    create(db, admin, code="SPRING")
    (entry,) = audit(db)
    assert (entry["act"], entry["actor"], entry["account_id"], entry["before"]) == (
        "create_promotion", as_actor(admin), None, {},
    )  # fmt: skip
    assert (entry["after"]["code"], entry["after"]["discount_value"]) == ("SPRING", 10)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"discount_value": -1}, None),
        ({"discount_type": "half"}, None),
        ({"code": None}, None),
        ({"cents": 5}, "unknown key cents"),
        ({"code": "SPRING"}, "the code is taken"),
    ],
)
def test_what_is_no_promotion_is_refused_and_leaves_no_entry(
    db: Connection, admin: UUID, keys: Row, problem: str | None
) -> None:
    create(db, admin, code="spring")
    with refused(db, "22023", "invalid_promotion") as detail:
        create(db, admin, **{"code": "other", **keys})
    assert detail["problem"]
    assert problem is None or detail["problem"] == problem
    assert len(audit(db)) == 1


def test_an_ended_promotion_is_over_for_everybody(db: Connection, admin: UUID) -> None:
    create(db, admin, code="GIFT", discount_type="credits", discount_value=5)
    for name in ("ada", "bob"):
        user_id = sign_up(db, f"{name}@example.com")
        with as_user(db, user_id):
            answer = call(db, "redeem_credit_code", code="GIFT")
        assert answer["ok"] == (name == "ada"), answer
        if name == "ada":
            ended = end(db, administrator(db), "gift")
    assert (ended["is_active"], ended["uses"], ended["code"]) == (False, 1, "GIFT")


def test_to_end_it_again_changes_nothing(db: Connection, admin: UUID) -> None:
    create(db, admin, code="SPRING")
    first = end(db, admin, "SPRING")
    assert end(db, administrator(db), " spring") == first
    (_, entry) = audit(db)
    assert (entry["act"], entry["actor"]) == ("end_promotion", as_actor(admin))
    assert entry["before"] == {"code": "SPRING", "is_active": True}
    assert entry["after"] == {"code": "SPRING", "is_active": False}


@pytest.mark.parametrize("code", [None, "", "NOSUCH"])
def test_what_is_no_promotion_cannot_be_ended(
    db: Connection, admin: UUID, code: str | None
) -> None:
    with refused(db, "PT404", "promotion_not_found"):
        end(db, admin, code)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["credits", "bonus_credits"])
def test_one_that_gives_more_than_one_may_alone_is_the_back_ends(
    db: Connection, admin: UUID, kind: str
) -> None:
    use_catalog(db, changed_catalog(approval_credits=10))
    keys = {"code": "RICH", "discount_type": kind}
    assert create(db, admin, **{**keys, "code": "POOR"}, discount_value=10)["is_active"]
    with refused(db, "PT403", "second_admin_required"):
        create(db, admin, **keys, discount_value=10.5)
    assert (codes(db, admin), len(audit(db))) == (["POOR"], 1)
    promotion = {**TEN_PERCENT, **keys, "discount_value": 10.5}
    with as_service(db):
        created = call(db, "admin_create_promotion", promotion=promotion)
    assert created["created_by"] == "service_role"


def test_all_are_listed_the_newest_first_a_page_at_a_time(db: Connection, admin: UUID) -> None:
    made = [create(db, admin, code=f"CODE{number}")["code"] for number in range(5)]
    end(db, admin, "CODE2")
    assert codes(db, admin) == made[::-1]
    assert codes(db, admin, page_size=2) == ["CODE4", "CODE3"]
    assert codes(db, admin, page_size=2, before="code3") == ["CODE2", "CODE1"]
    assert codes(db, admin, before="CODE0") == []


def test_promotions_of_one_moment_are_each_on_one_page(db: Connection, admin: UUID) -> None:
    for number in range(5):
        create(db, admin, code=f"CODE{number}")
    db.execute("update credits.promotions set created_at = '2026-01-01Z'")
    seen: list[str] = []
    while page := codes(db, admin, page_size=2, before=seen[-1] if seen else None):
        seen += page
    assert seen == [f"CODE{number}" for number in range(4, -1, -1)]
