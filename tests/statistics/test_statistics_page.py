"""The page docs/statistics.md: its examples are played in their order, its lists are whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.disputes.examples import play
from tests.functions import list_public_functions
from tests.pricing.pages import codes, dead_links, read_page, table
from tests.statistics.living import buy, roll_up, set_clock
from tests.support import Connection, apply_catalog, as_admin
from tests.teams.people import person
from tests.usage.charges import charge, refund
from tests.wallets import call

PAGE = read_page("statistics.md")
MARCH = datetime(2027, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def people(db: Connection) -> dict[str, UUID]:
    """Zoe, who used what the page says, and Ben, an administrator."""
    apply_catalog(db, "docs-chat")
    zoe = person(db, "zoe")
    db.execute("update credits.grants set expires_at = '2028-01-01' where account_id = %s", [zoe])
    db.execute("update credits.accounts set next_expiry_at = '2028-01-01' where id = %s", [zoe])
    buy(db, zoe, 100, 2000)
    set_clock(db, zoe, MARCH)
    charge(db, zoe, 70, service="film")
    refund(db, zoe, charge(db, zoe, 80, service="report"), 10)
    ben = person(db, "ben")
    roll_up(db)
    return {"zoe": zoe, "ben": ben}


def test_the_examples_answer_what_stands_below_them(
    db: Connection, people: dict[str, UUID]
) -> None:
    assert play(db, PAGE, people) == 5


def test_the_functions_are_there_with_the_parameters_that_the_page_names(db: Connection) -> None:
    known = {
        function.name.removeprefix("public."): ", ".join(it.name for it in function.parameters)
        for function in list_public_functions(db)
    }
    told = [row[0].strip("`") for row in table(PAGE, "function")]
    told += re.findall(r"`(get_credit_usage_stats\(.*?\))`", PAGE)
    assert told
    assert {call.partition("(")[0]: call.partition("(")[2][:-1] for call in told} == {
        name: known[name] for name in [call.partition("(")[0] for call in told]
    }


def test_the_keys_of_the_summary_are_on_the_page(db: Connection, people: dict[str, UUID]) -> None:
    with as_admin(db, people["ben"]):
        found = call(db, "admin_get_system_summary")
    rows = {code: row[1] for row in table(PAGE, "key") for code in codes(row[0])}
    assert rows.keys() == found.keys()
    for part in ("credits", "distribution", "waiting", "month"):
        assert set(codes(rows[part])) == found[part].keys()


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
