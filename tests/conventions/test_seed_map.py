"""docs/seed-map.md and the tree say the same: what is here, what is planned, what is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from flask import Flask

from edge.app import create_app
from scripts.cli import main
from scripts.migrations import ROOT, Tree
from tests.edge.shop import config_for
from tests.support import Connection
from tests.web import kit

PAGE = ROOT / "docs/seed-map.md"
# What the seeds name, and which of them do: "name: 000 003", one a line.
NAMES = Path(__file__).parent / "seed_names.txt"
# Each quoted word, route, file, command and identifier that a program finds in their documents, one
# a line; what names nothing of theirs has a remark.
TOKENS = Path(__file__).parent / "seed_tokens.txt"
STATES = {"here", "planned", "absent"}
CODE = re.compile(r"`([^`]+)`")
ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")
CALL = re.compile(r"(?P<name>[\w.]+\()(?P<parameters>[a-z_]+(?:, [a-z_]+)*)\)")
IN_DATABASE = """
    with schemas (oid, prefix) as (
        values ('public'::regnamespace, ''), ('credits'::regnamespace, 'credits.')
    )
    select s.prefix || p.proname || '()' from pg_proc as p
    inner join schemas as s on p.pronamespace = s.oid
    union
    select s.prefix || p.proname || '(' || a.name from pg_proc as p
    inner join schemas as s on p.pronamespace = s.oid
    cross join unnest(p.proargnames[1:p.pronargs]) as a (name)
    union
    select s.prefix || t.typname from pg_type as t
    inner join schemas as s on t.typnamespace = s.oid
    union
    select s.prefix || t.typname || '.' || a.attname from pg_type as t
    inner join schemas as s on t.typnamespace = s.oid
    inner join pg_attribute as a on t.typrelid = a.attrelid and a.attnum > 0
"""


@dataclass(frozen=True)
class Row:
    """One row of the page, as it is written."""

    name: str
    seeds: str
    here: str
    state: str

    @property
    def existing(self) -> list[str]:
        """What the row says is there: in a planned one, what stands before "today"."""
        today = self.here.rpartition(" today")[0]
        return CODE.findall(today if self.state == "planned" else self.here)

    @property
    def missing(self) -> list[str]:
        """What the row says is not there yet."""
        return CODE.findall(self.here.rpartition(" today")[2]) if self.state == "planned" else []


@dataclass(frozen=True)
class Things:
    """What there is in this tree; ``in`` takes a name as the page quotes it."""

    names: frozenset[str]
    edge: Flask

    def __contains__(self, thing: str) -> bool:
        return self.offers(thing) or self._is_path(thing)

    def offers(self, thing: str) -> bool:
        """Tell whether it is a route, or a name in the database, environment, commands or kit."""
        if route := ROUTE.fullmatch(thing):
            return self._answers(*route.groups())
        if call := CALL.fullmatch(thing):
            parameters = call["parameters"].split(", ")
            return all(call["name"] + parameter in self.names for parameter in parameters)
        return thing in self.names

    def _answers(self, method: str, path: str) -> bool:
        return self.edge.test_client().open(path, method=method).status_code not in (404, 405)

    @staticmethod
    def _is_path(thing: str) -> bool:
        """Tell whether it is a file of the repository, or a folder that is not empty."""
        path = ROOT / thing
        return path.is_file() or (path.is_dir() and any(path.iterdir()))


@pytest.fixture
def things(db: Connection, shared_db: str) -> Things:
    """What exists: database, commands, environment names, web kit, files, routes of the edge.

    The optional views are there too, while the test runs.
    """
    db.execute(Tree().compatibility_file.read_bytes())
    database = {name for (name,) in db.execute(IN_DATABASE)}
    edge = create_app(config_for(shared_db))
    edge.extensions["pool"].close()
    names = database | environment_names() | set(list_commands(main)) | set(kit.names())
    return Things(frozenset(names), edge)


def environment_names() -> set[str]:
    """Return the names of ``.env.example``, and those that the edge reads besides."""
    example = (ROOT / ".env.example").read_text()
    config = (ROOT / "edge/config.py").read_text()
    return {
        *re.findall(r"^([A-Z][A-Z_]+)=", example, re.MULTILINE),
        *re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', config),
    }


def list_commands(command: click.Command, name: str = "pgcredits") -> Iterator[str]:
    """Yield the words that call a command, and those of all below it."""
    yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from list_commands(found, f"{name} {child}")


def read_rows() -> list[Row]:
    """Read the tables of the page, without their heads."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(name.strip("`"), *rest)
        for name, *rest in cells
        if name != "Seed name" and set(name) != {"-"}
    ]


def without_parameters(thing: str) -> str:
    """Return a function as it is quoted without naming its parameters; else the thing itself."""
    call = CALL.fullmatch(thing)
    return f"{call['name']})" if call else thing


def mistakes(row: Row, things: Things) -> list[str]:
    """List what a row says of the tree that is not so."""
    wrong = [f"{row.name}: {thing} is not here" for thing in row.existing if thing not in things]
    wrong += [f"{row.name}: {thing} is here by now" for thing in row.missing if thing in things]
    if things.offers(row.name) and row.name not in map(without_parameters, row.existing):
        wrong.append(f"{row.name}: exists under this very name")
    if row.state not in STATES:
        wrong.append(f"{row.name}: {row.state} is no state")
    if not {"here": row.existing, "planned": row.missing}.get(row.state, True):
        wrong.append(f"{row.name}: names nothing")
    return wrong


def test_the_page_lists_each_name_of_the_seeds_once() -> None:
    listed = [f"{row.name}: {row.seeds}" for row in read_rows()]
    assert Counter(listed) == Counter(NAMES.read_text().splitlines())


def test_every_word_of_the_seeds_that_names_something_is_in_a_row() -> None:
    names = "\n".join(row.name for row in read_rows())
    tokens = [line for line in TOKENS.read_text().splitlines() if "  # " not in line]
    assert len(tokens) > 200
    missing = [t for t in tokens if not re.search(rf"(?<!\w){re.escape(t)}(?!\w)", names)]
    assert missing == []


def test_what_is_here_exists_and_what_is_planned_does_not(things: Things) -> None:
    assert [wrong for row in read_rows() for wrong in mistakes(row, things)] == []


@pytest.mark.parametrize(
    ("name", "here", "state", "words"),
    [
        ("x", "`spend_money()`", "here", "spend_money() is not here"),
        ("x", "`credits.spend_money()`", "here", "is not here"),
        ("x", "`add_credits(account_id, purse)`", "here", "is not here"),
        ("x", "`credits.purses`", "here", "is not here"),
        ("x", "`credit_balance.purse`", "here", "is not here"),
        ("x", "`GET /api/credits/checkout`", "here", "is not here"),
        ("x", "`POST /api/credits/spend`", "here", "is not here"),
        ("x", "`pgcredits catalog burn`", "here", "is not here"),
        ("x", "`docs/nothing.md`", "here", "is not here"),
        ("x", "`CreditPurse`", "here", "is not here"),
        ("x", "`CreditCheck.purse`", "here", "is not here"),
        ("x", "`useCredits().purse`", "here", "is not here"),
        ("x", "`creditsService.burn()`", "here", "is not here"),
        ("x", "`STRIPE_PURSE`", "here", "is not here"),
        ("x", "nothing quoted", "here", "names nothing"),
        ("x", "`spend_money()` today; `spend_all()`", "planned", "spend_money() is not here"),
        ("x", "`add_credits()`", "planned", "add_credits() is here by now"),
        ("x", "`use_credits()` today; `add_credits()`", "planned", "add_credits() is here by now"),
        ("x", "`POST /api/credits/webhook/`", "planned", "is here by now"),
        ("x", "`add_credits()` today", "planned", "names nothing"),
        ("add_credits()", "not ours", "absent", "exists under this very name"),
        ("STRIPE_MODE", "not ours", "absent", "exists under this very name"),
        ("CreditCheck", "`CreditBalance`", "here", "exists under this very name"),
        ("x", "`add_credits()`", "done", "is no state"),
    ],
)
def test_a_false_row_is_found(things: Things, name: str, here: str, state: str, words: str) -> None:
    (wrong,) = mistakes(Row(name, "000", here, state), things)
    assert words in wrong
