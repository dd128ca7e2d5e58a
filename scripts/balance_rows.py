"""The balances of another credit system as rows, each judged before anything is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.errors import CommandError

USER_COLUMNS = ("user_id", "id", "external_id")
CREDIT_COLUMNS = ("credits", "balance", "current_credits")
KEPT_COLUMNS = ("total_purchased", "total_spent")  # as the old system had them, for the record
PLACES = 9
MOST = Decimal(10) ** 12
MOST_DIGITS = 60  # a number of more is no balance
USER_CHARACTERS = 100

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STAGE = """
create temporary table import_rows (
    n bigint generated always as identity primary key,
    user_id text,
    credits text,
    kept jsonb not null
)
"""
_COPY = "copy import_rows (user_id, credits, kept) from stdin"
# Accounts are locked in the order of their ids, as everywhere. A uuid has two spellings.
_ORDER = """
create temporary table import_order as
select
    r.n,
    row_number() over (order by u.name collate "C", r.n) as place,
    count(*) over (partition by u.name) as times
from import_rows as r
cross join lateral (
    select
        case
            when btrim(r.user_id) ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                then lower(btrim(r.user_id))
            else btrim(r.user_id)
        end as name
) as u
"""
_READ = """
select r.user_id, r.credits, r.kept, o.times
from import_order as o
inner join import_rows as r on o.n = r.n
where o.place > %s
order by o.place
limit %s
"""

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Row:
    """A user's balance, as the source has it.

    Attributes:
        user: who; empty for nobody.
        text: the balance as it is written, None for null.
        kept: further columns, for the record.
        amount: the balance; None where it is no number of credits.
        problem: why the row cannot be imported; None when it can.
    """

    user: str
    text: str | None
    kept: dict[str, str]
    amount: Decimal | None
    problem: str | None


def stage_table(
    conn: Connection, table: str, user_column: str | None, credits_column: str | None
) -> str:
    """Read a table in one snapshot into this session, and return its name with schema.

    Raises:
        CommandError: there is no such table, or no such column.
    """
    found = conn.execute(
        "select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum) "
        "from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid "
        "inner join pg_attribute as a on c.oid = a.attrelid "
        "where c.oid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped group by 1, 2",
        [table],
    ).fetchone()
    if found is None:
        raise CommandError(f"there is no table {table}", "name it with its schema: public.profiles")
    schema, name, columns = found
    user, balance, kept = _choose(table, columns, user_column, credits_column)
    parts = sql.SQL(", ").join(
        sql.SQL("{}::text, {}::text").format(sql.Literal(it), sql.Identifier(it)) for it in kept
    )
    conn.execute(_STAGE)
    conn.execute(
        sql.SQL(
            "insert into import_rows (user_id, credits, kept) select {}::text, {}::text, "
            "jsonb_strip_nulls(jsonb_build_object({})) from {}"
        ).format(sql.Identifier(user), sql.Identifier(balance), parts, sql.Identifier(schema, name))
    )
    conn.execute(_ORDER)
    return f"{schema}.{name}"


def stage_csv(
    conn: Connection, path: Path, user_column: str | None, credits_column: str | None
) -> None:
    """Read a CSV file with a header, in UTF-8, into this session.

    Raises:
        CommandError: it cannot be read, or lacks a column.
    """
    conn.execute(_STAGE)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = list(reader.fieldnames or [])
            user, balance, kept = _choose(str(path), columns, user_column, credits_column)
            with conn.cursor().copy(_COPY) as copy:
                for line in reader:
                    _check_fields(line, reader.line_num)
                    copy.write_row((_text(line[user]), _text(line[balance]), _json(line, kept)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path}: {error}", "save it as CSV in UTF-8, with a header") from error
    conn.execute(_ORDER)


def read_rows(conn: Connection, size: int) -> Iterator[list[Row]]:
    """Yield the staged rows by users, so many at a time."""
    place = 0
    while batch := conn.execute(_READ, [place, size]).fetchall():
        yield [judge(*row) for row in batch]
        place += len(batch)


def judge(user: str | None, text: str | None, kept: dict[str, str], times: int) -> Row:
    """Find out what of a row can be seen without looking at the accounts."""
    name = (user or "").strip()
    amount = _read_amount(text)
    return Row(name, text, kept, amount, _problem(name, text, amount, times))


def is_uuid(user: str) -> bool:
    """Tell whether a user is named by a uuid as it is usually written, in any case."""
    return bool(_UUID.fullmatch(user.lower()))


def _problem(user: str, text: str | None, amount: Decimal | None, times: int) -> str | None:
    if not user or len(user) > USER_CHARACTERS or not user.isprintable():
        return "no user"
    if times > 1:
        return "the user is there several times"
    if text is None or not text.strip():
        return "no balance"
    if amount is None:
        return "no number"
    if amount < 0:
        return "negative"
    if amount > MOST:
        return "more than an account holds"
    if amount != round(amount, PLACES):
        return f"more than {PLACES} decimal places"
    return None


def _read_amount(text: str | None) -> Decimal | None:
    """Return a number exactly as it is written; None for NaN, infinity, and what is none."""
    text = (text or "").strip()
    if len(text) > MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    amount = Decimal(text)
    # Far from any balance, and too long to be added up exactly.
    return amount if not amount or -MOST_DIGITS < amount.adjusted() < MOST_DIGITS else None


def _choose(
    source: str, columns: list[str], user: str | None, balance: str | None
) -> tuple[str, str, list[str]]:
    """Return the columns of the user, of the balance, and those to keep."""
    chosen = []
    for given, usual, option in (
        (user, USER_COLUMNS, "--user-column"),
        (balance, CREDIT_COLUMNS, "--credits-column"),
    ):
        wanted = (given,) if given else usual
        present = [name for name in wanted if name in columns]
        if not present:
            raise CommandError(
                f"{source} has no column {' or '.join(wanted)}, but {', '.join(columns)}",
                f"name it: {option} COLUMN",
            )
        chosen.append(present[0])
    kept = [name for name in KEPT_COLUMNS if name in columns and name not in chosen]
    return chosen[0], chosen[1], kept


def _check_fields(line: dict[Any, Any], number: int) -> None:
    """Refuse a line that goes on after its last column: an amount with a comma, without quotes."""
    if None in line:
        raise csv.Error(f"line {number} has more fields than the header")


def _text(value: str | None) -> str | None:
    return value.replace("\0", "\ufffd") if value else None


def _json(line: dict[str, Any], names: Iterable[str]) -> Jsonb:
    return Jsonb({name: _text(line[name]) for name in names if line[name]})
