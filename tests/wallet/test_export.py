"""``export_credit_transactions``: CSV that says exactly what happened, and runs nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, add, call, deduct, history, use_catalog

HEADER = (
    "id,created_at,type,transaction_type,amount,balance_before,balance_after,"
    "service,quantity,description,reference,metadata"
)


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user without credits and without history."""
    return sign_up(db)


def export(conn: Connection, user_id: UUID, **arguments: Any) -> str:
    with as_user(conn, user_id):
        text: str = call(conn, "export_credit_transactions", **arguments)
    return text


def rows_of(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_an_empty_history_is_a_header(db: Connection, user_id: UUID) -> None:
    assert export(db, user_id) == HEADER + "\r\n"


def test_a_history_is_written_to_the_letter(db: Connection, user_id: UUID) -> None:
    add(db, user_id, "10.5", "purchase", description="A pack")
    deduct(
        db, user_id, "0.000000001", service="sms", quantity=2, reference="r-1",
        metadata={"a": "b"},
    )  # fmt: skip
    stamps = [f"{row['created_at']:%Y-%m-%dT%H:%M:%S.%fZ}" for row in history(db, user_id)]
    assert export(db, user_id) == (
        HEADER + "\r\n"
        f"1,{stamps[0]},purchase,purchase,10.5,0,10.5,,,A pack,,{{}}\r\n"
        f"2,{stamps[1]},usage,spend,-0.000000001,10.5,10.499999999,sms,2,,r-1,"
        '"{""a"": ""b""}"\r\n'
    )


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns"])
def test_times_are_in_utc_whatever_the_session_says(
    db: Connection, user_id: UUID, zone: str
) -> None:
    add(db, user_id, 1)
    db.execute(
        "select set_config('timezone', %s, true), set_config('datestyle', 'SQL', true)", [zone]
    )
    (row,) = rows_of(export(db, user_id))
    db.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'")
    assert datetime.fromisoformat(row["created_at"]) == history(db, user_id)[0]["created_at"]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "one, two",
        'she said "no"',
        '"',
        "two\nlines",
        "two\r\nlines",
        "carriage\rreturn",
        " spaces ",
        "naïve ¥ 漢字 🎈",
        "a;b|c",
        "it's",
        "\\x",
    ],
    ids=ascii,
)
def test_any_text_comes_back_from_a_csv_reader(db: Connection, user_id: UUID, text: str) -> None:
    add(db, user_id, 10, description=text)
    deduct(db, user_id, 1, service=text, reference=text, metadata={"text": text})
    granted, charged = rows_of(export(db, user_id))
    assert granted["description"] == text
    assert (charged["service"], charged["reference"]) == (text, text)
    assert json.loads(charged["metadata"]) == {"text": text}


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|" /c calc"!A1', "=1,2\n3"],
    ids=ascii,
)  # fmt: skip
def test_no_field_is_a_formula_to_a_spreadsheet(db: Connection, user_id: UUID, text: str) -> None:
    add(db, user_id, 10, description=text)
    deduct(db, user_id, 1, service=text, reference=text)
    granted, charged = rows_of(export(db, user_id))
    assert granted["description"] == "'" + text
    assert (charged["service"], charged["reference"]) == ("'" + text, "'" + text)


def test_numbers_are_not_touched_by_that(db: Connection, user_id: UUID) -> None:
    add(db, user_id, 10)
    deduct(db, user_id, 3)
    assert [row["amount"] for row in rows_of(export(db, user_id))] == ["10", "-3"]


def test_an_export_is_the_whole_history_oldest_first(db: Connection, user_id: UUID) -> None:
    for _ in range(230):
        add(db, user_id, 1)
    assert [int(row["id"]) for row in rows_of(export(db, user_id))] == list(range(1, 231))


def test_since_counts_its_instant_and_until_does_not(db: Connection, user_id: UUID) -> None:
    for _ in range(4):
        add(db, user_id, 1)
    stamps = [row["created_at"] for row in history(db, user_id)]
    text = export(db, user_id, since=stamps[1], until=stamps[3])
    assert [row["id"] for row in rows_of(text)] == ["2", "3"]


def test_the_answer_offers_itself_as_a_file(db: Connection, user_id: UUID) -> None:
    use_catalog(db)
    with as_user(db, user_id):
        call(db, "export_credit_transactions")
        found = db.execute("select current_setting('response.headers')").fetchone()
    assert found is not None
    assert json.loads(found[0]) == [{"Content-Disposition": 'attachment; filename="credits.csv"'}]
