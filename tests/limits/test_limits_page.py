"""The page docs/limits.md: its examples are refused and answered so, its limits are the rules'."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from scripts.catalog import apply
from tests.billing.purchases import open_order
from tests.codes.redeeming import ATTEMPTS, INVALID, redeem
from tests.functions import Refusal
from tests.limits.buying import buy
from tests.limits.calls import attempt
from tests.pricing.pages import blocks, codes, dead_links, own_catalog, read_page, table
from tests.support import Connection, as_caller, as_user, sign_up
from tests.wallets import Row, refused

PAGE = read_page("limits.md")
REFUSED = {
    "Requests in a minute": ("PT429", "rate_limited"),
    "Credits in a month": ("PT402", "spend_cap_reached"),
    "Wrong codes": ("PT429", "rate_limited"),
}
TRIES = 20


def part(title: str) -> str:
    """Return a section of the page."""
    return PAGE[PAGE.index(f"## {title}\n") :].partition("\n## ")[0]


def example(title: str) -> tuple[str, str, Any]:
    """Return who asks in a section's last query, the query, and the first answer of the section."""
    who, _, query = blocks(part(title), "sql")[-1].removeprefix("-- ").partition("\n")
    return who, query, json.loads(blocks(part(title), "json")[0])


def until_next_month(answer: Row) -> Row:
    """Return a refusal's numbers with the page's month replaced by the next one from now."""
    now = datetime.now(UTC)
    month = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return {**answer, "resets_at": month.isoformat()} if "resets_at" in answer else answer


@pytest.fixture
def ada(db: Connection, tmp_path: Path) -> UUID:
    """The page's user, under the page's catalog."""
    path = tmp_path / "shop.toml"
    path.write_text(own_catalog(PAGE), encoding="utf-8")
    apply(db, path)
    return sign_up(db, "ada@example.org")


@pytest.mark.parametrize("title", REFUSED)
def test_what_is_asked_again_and_again_is_refused_so(db: Connection, ada: UUID, title: str) -> None:
    who, query, answer = example(title)
    assert who == "ada, again and again"
    query = query.replace(":ada", f"'{ada}'")

    def ask() -> None:
        if "deduct" in query:
            db.execute(query.encode())
        else:
            with as_user(db, ada):
                db.execute(query.encode())

    refusals = (attempt(db, ask) for _ in range(TRIES))
    refusal: Refusal = next(it for it in refusals if it)
    assert (refusal.sqlstate, refusal.message) == REFUSED[title]
    assert json.loads(refusal.detail or "") == until_next_month(answer)


def test_the_summary_tells_the_caps_so(db: Connection, ada: UUID) -> None:
    shown = PAGE[: PAGE.index("## Requests in a minute")]
    (query,), (answer,) = blocks(shown, "sql"), blocks(shown, "json")
    with as_user(db, ada):
        assert db.execute(query.encode()).fetchone() == (until_next_month(json.loads(answer)),)


def test_the_purchase_beyond_the_cap_is_quoted_and_refused_so(db: Connection, ada: UUID) -> None:
    who, query, message = example("Money in a month")
    assert who == "ada, who has bought two"
    for _ in range(2):
        buy(db, ada)
    with as_user(db, ada):
        assert db.execute(query.encode()).fetchone() == (message,)
    with refused(db, "PT402", message) as detail:
        open_order(db, ada, package="starter")
    text = blocks(part("Money in a month"), "json")[1]
    assert detail == until_next_month(json.loads(text))
    shown = {codes(row[0])[0] for row in table(PAGE, "part")}
    assert shown == {"paid_cents", "open_cents", "required_cents"}


def test_the_spelling_of_an_address_is_that_of_the_rules(db: Connection) -> None:
    _, query, answer = example("One bonus for a person")
    for email in ("'A.d.a@googlemail.com'", "'ada+2@gmail.com'"):
        asked = query.replace("'A.d.a@googlemail.com'", email)
        assert db.execute(asked.encode()).fetchone() == (answer,)


def test_a_listed_domain_is_answered_so(db: Connection) -> None:
    insert, ask = blocks(part("Disposable addresses"), "sql")
    db.execute(insert.encode())
    with as_caller(db, "supabase_auth_admin", None):
        found = db.execute(ask.encode()).fetchone()
    assert found == (example("Disposable addresses")[2],)


def test_wrong_codes_are_so_many_and_so_long(db: Connection, ada: UUID) -> None:
    assert "ten wrong promotion codes an hour" in PAGE
    assert [redeem(db, ada, "GUESS") for _ in range(ATTEMPTS)] == [INVALID] * ATTEMPTS
    with refused(db, "PT429", "rate_limited"):
        redeem(db, ada, "GUESS")


def test_the_table_has_the_keys_of_plans_and_the_refusals(db: Connection) -> None:
    rows = table(PAGE, "limit")
    keys = {code for row in rows for code in codes(row[2])} - {"set_credit_member"}
    query = """
        select column_name from information_schema.columns
        where table_schema = 'credits' and table_name = 'plans'
    """
    limits = r"monthly_.*_cap.*|requests_.*"
    columns = {row[0] for row in db.execute(query) if re.fullmatch(limits, row[0])}
    assert keys == columns
    errors = read_page("errors.md")
    told = [(row[3].partition(" ")[0], code) for row in rows for code in codes(row[3])]
    assert len(told) == 5
    for sqlstate, token in told:
        assert f"| {sqlstate} | `{token}` |" in errors


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
