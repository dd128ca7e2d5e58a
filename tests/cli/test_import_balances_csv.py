"""``pgcredits import balances --csv``: the same care with a file, and with users of one's own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.balances import OPENINGS, bring, openings, people, query


def test_a_csv_is_read_with_the_same_care(fresh_db: str, tmp_path: Path) -> None:
    ada, ben, cleo, dan = people(fresh_db, 4)
    file = tmp_path / "balances.csv"
    file.write_text(
        "\ufeffname,id,credits\r\n"
        f'"Lovelace, Ada",{str(ada).upper()}, 1e2 \r\n'
        f'Ben,{ben},"1,000"\r\n'
        f"Cleo,{cleo},\r\nDan,{dan},0x10\r\n"
    )
    result = bring(fresh_db, "--csv", file)
    assert f"skipped {ben}: no number: 1,000\n" in result.stdout
    assert f"skipped {cleo}: no balance: None\n" in result.stdout
    assert f"skipped {dan}: no number: 0x10\n" in result.stdout
    assert openings(fresh_db) == {ada: Decimal(100)}
    assert "1 imported before: 100\n" in bring(fresh_db, "--csv", file).stdout
    assert [key for *_, key in query(fresh_db, OPENINGS)] == [f"import:csv:{ada}"]


def test_two_spellings_of_one_id_are_one_user(fresh_db: str, tmp_path: Path) -> None:
    (ada,) = people(fresh_db, 1)
    file = tmp_path / "balances.csv"
    file.write_text(f"id,credits\n{ada},1\n{str(ada).upper()} ,2\n")
    assert bring(fresh_db, "--csv", file).stdout.count(": the user is there several times: ") == 2
    assert openings(fresh_db) == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id,credits\nA,1,000\n", "line 2 has more fields than the header"),
        ('id,credits\nA,"1\n', "unexpected end of data"),
        ("id;credits\nA;1\n", "has no column user_id or id or external_id, but id;credits"),
        ("id,sum\nA,1\n", "has no column credits or balance or current_credits, but id, sum"),
        ("id,credits\nA,\udce9\n", "can't decode"),
    ],
)
def test_a_csv_that_is_not_whole_is_refused_whole(
    fresh_db: str, tmp_path: Path, content: str, complaint: str
) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(content.encode(errors="surrogateescape"))
    result = bring(fresh_db, "--csv", file, "--external")
    assert result.exit_code == 1
    assert complaint in result.output
    assert "Next: " in result.output
    assert query(fresh_db, "select * from credits.accounts") == []


def test_users_of_an_application_get_accounts_by_their_own_ids(
    fresh_db: str, tmp_path: Path
) -> None:
    file = tmp_path / "balances.csv"
    file.write_text(f"customer,points\n17,5\n{'x' * 101},5\nBob,6\nbob,7\n")
    options = ("--external", "--user-column", "customer", "--credits-column", "points")
    result = bring(fresh_db, "--csv", file, *options, "--name", "old-shop")
    assert f"skipped {'x' * 101}: no user: 5\n" in result.stdout
    found = query(
        fresh_db,
        "select a.external_id, t.amount, t.key from credits.transactions as t "
        'join credits.accounts as a on t.account_id = a.id order by external_id collate "C"',
    )
    assert found == [
        ("17", 5, "import:old-shop:17"),
        ("Bob", 6, "import:old-shop:Bob"),
        ("bob", 7, "import:old-shop:bob"),
    ]
