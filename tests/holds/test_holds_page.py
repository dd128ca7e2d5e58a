"""The page docs/holds.md: its examples are played in their order, its tables are the rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from supabase import create_client

from scripts.dev.stack import Stack
from tests.functions import list_public_functions
from tests.holds.holding import ended_hold, extend, hold
from tests.pricing.pages import codes, dead_links, read_page, table
from tests.support import Connection, find_violations, sign_up
from tests.usage.pages import USERS, examples, play
from tests.wallets import add, call, funded_account, refused, use_catalog

PAGE = read_page("holds.md")


@dataclass
class Model:
    """What stands for a provider's client: the first stream ends well, the next one breaks off."""

    usage: dict[str, int] = field(default_factory=dict)
    calls: int = 0

    def stream(self, prompt: str, max_tokens: int) -> Iterator[str]:
        """Yield the answer piece by piece."""
        assert prompt
        assert max_tokens == 2000
        self.calls += 1
        if self.calls == 1:
            yield from ("The moon pulls at the near side,", "and least at the far one.")
            self.usage = {"input_tokens": 8, "output_tokens": 412}
        else:
            raise ConnectionError("the provider closed the line")


def test_each_example_prints_what_stands_below_it(fresh_db: str) -> None:
    model = Model()
    with Stack("ai-assistant", database_url=fresh_db) as stack:
        with psycopg.connect(stack.database_url) as conn:
            add(conn, sign_up(conn, "ada@example.com", id=USERS[0]), 1000, "purchase")
        supabase = create_client(stack.url, stack.keys.service)
        names = {"supabase": supabase, "model": model}
        assert play(PAGE, stack.database_url, names) == len(examples(PAGE)) > 8
        assert model.calls == 2
        with psycopg.connect(stack.database_url) as conn:
            assert find_violations(conn) == []


def test_the_digest_on_the_page_is_that_of_its_prompt() -> None:
    prompt = "Why are there two tides a day?"
    assert f'"{prompt}"' in PAGE
    digest = hashlib.sha256(prompt.encode()).hexdigest()
    assert f"'prompt_sha256': '{digest}', 'prompt_characters': {len(prompt)}" in PAGE


def test_the_states_are_those_that_a_hold_can_have(db: Connection) -> None:
    row = db.execute(
        """
        select pg_get_constraintdef(oid) from pg_constraint where conname = 'holds_state_check'
        """
    ).fetchone()
    assert row is not None
    told = {code for line in table(PAGE, "`state`") for code in codes(line[0])}
    assert told == {"open", "captured", "released", "expired"}
    assert {state for state in told if f"'{state}'" in row[0]} == told
    assert row[0].count("'::text") == len(told)


def test_the_refusals_are_listed_with_the_errors_and_of_functions_that_there_are(
    db: Connection,
) -> None:
    errors = read_page("errors.md")
    functions = {function.name.removeprefix("public.") for function in list_public_functions(db)}
    rows = table(PAGE, "function")
    assert len(rows) > 8
    for names, refusal, _ in rows:
        sqlstate, token = refusal.split()
        assert f"\n| {sqlstate} | {token} |" in errors, refusal
        assert set(codes(names)) <= functions


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(0, False), (1, True), (86_400, True), (86_401, False)]
)
def test_a_hold_lives_as_long_as_the_page_says(db: Connection, seconds: int, is_good: bool) -> None:
    assert "lives 900 seconds unless `ttl_seconds` says otherwise: 1 to 86400" in PAGE
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 1)
    if is_good:
        assert extend(db, account_id, held, seconds)["state"] == "open"
        assert hold(db, account_id, 1, ttl_seconds=seconds)["state"] == "open"
    else:
        with refused(db, "22023", "invalid_ttl"):
            extend(db, account_id, held, seconds)


def test_a_repeated_hold_tells_that_the_work_is_done(db: Connection) -> None:
    use_catalog(db)
    for state in ("captured", "released", "expired"):
        account_id, held = ended_hold(db, state)
        key = db.execute("select key from credits.holds where id = %s", [held["hold_id"]])
        again = call(db, "hold_credits", account_id=account_id, key=key.fetchone()[0], amount=30)  # type: ignore[index]
        assert (again["hold_id"], again["state"]) == (held["hold_id"], state)


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
