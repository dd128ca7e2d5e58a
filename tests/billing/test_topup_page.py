"""The page docs/top-up.md: its example is answered so, its reasons and waits are the database's."""

from __future__ import annotations

import json
import re

from scripts.catalog import apply
from scripts.migrations import ROOT
from tests.billing.topups import delay, fail, open_shop, opened, opted_in, waits
from tests.functions import list_public_functions
from tests.pricing.pages import blocks, codes, dead_links, queries, read_page, table
from tests.support import Connection, as_user, sign_up

PAGE = read_page("top-up.md")


def test_the_example_answers_what_stands_below_it(db: Connection) -> None:
    (query,) = queries(PAGE)
    apply(db, ROOT / query.catalog)
    with as_user(db, sign_up(db)):
        answer = db.execute(query.text.encode()).fetchone()
    assert [answer] == [(json.loads(text),) for text in blocks(PAGE, "json")]


def test_the_tables_have_the_parameters_and_the_other_columns(db: Connection) -> None:
    (function,) = (f for f in list_public_functions(db) if f.name == "public.set_auto_topup")
    parameters = {parameter.name for parameter in function.parameters} - {"account_id"}
    assert {codes(row[0])[0] for row in table(PAGE, "parameter")} == parameters
    shown = json.loads(blocks(PAGE, "json")[0]).keys()
    assert {codes(row[0])[0] for row in table(PAGE, "column")} == shown - parameters - {"currency"}


def test_the_table_has_the_reasons_of_the_rules() -> None:
    told = {code for row in table(PAGE, "what happens") for code in codes(row[1])}
    folder = ROOT / "sql/functions/billing"
    rules = "".join(path.read_text() for path in folder.glob("*topup.sql"))
    given = set(re.findall(r"pause_topup\(\s*p_account\.id, '(\w+)'", rules))
    named = re.search(r"p_reason not in \((.*?)\)", rules, re.DOTALL)
    assert named is not None
    assert told == given | set(re.findall(r"'(\w+)'", named[1]))


def test_the_pauses_are_as_long_as_the_table_says(db: Connection) -> None:
    open_shop(db)
    for row in table(PAGE, "what happens"):
        reasons = set(codes(row[1])) & {"requires_action", "no_payment_method", "no_customer"}
        if reasons:
            assert row[2] == "paused for good"
            account_id = opted_in(db)
            fail(db, opened(db, account_id), reasons.pop())
            assert waits(db, account_id) is None
    (again,) = (row[2] for row in table(PAGE, "what happens") if "cannot be reached" in row[0])
    assert "after 1, 2, 4 and up to 60 minutes" in again
    account_id = opted_in(db)
    topup = opened(db, account_id)
    for minutes in (1, 2, 4):
        delay(db, topup)
        left = waits(db, account_id)
        assert left is not None
        assert minutes - 1 < left.total_seconds() / 60 <= minutes


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
