"""``pgcredits seal``: what a superuser takes out of the books unseen, a seal kept outside shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from scripts import seal
from tests.cli.conftest import Run
from tests.support import Connection, find_violations
from tests.wallets import deduct, funded_account, history

REHASH = """
update credits.transactions as t set hash = credits.transaction_hash(b.hash, t)
from credits.transactions as b
where t.account_id = %s and t.id = %s and b.account_id = t.account_id and b.id = t.id - 1
"""
# Makes an account whose only grant is being spent agree with the end of its history.
AGREE = """
update credits.accounts as a
set
    balance = t.balance_after,
    head_remaining = t.balance_after,
    total_spent = s.spent,
    month_spent = s.spent,
    last_transaction_id = t.id,
    last_transaction_at = t.created_at,
    last_hash = t.hash
from (
    select distinct on (account_id) * from credits.transactions order by account_id, id desc
) as t, (
    select account_id, -sum(amount) filter (where type = 'usage') as spent
    from credits.transactions
    group by account_id
) as s
where a.id = %s and t.account_id = a.id and s.account_id = a.id
"""


@pytest.fixture
def conn(fresh_db: str) -> Iterator[Connection]:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        yield conn


@pytest.fixture
def account(conn: Connection) -> UUID:
    """An account with 10 credits bought and then 1, 2 and 3 of them spent."""
    account_id = funded_account(conn, 10)
    for amount in (1, 2, 3):
        deduct(conn, account_id, amount)
    return account_id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "seal.jsonl"


@pytest.fixture
def sealed(account: UUID, file: Path, run: Run, fresh_db: str) -> Path:
    """The seal of a database with one account."""
    result = run("seal", "write", str(file), url=fresh_db)
    assert (result.exit_code, result.stderr) == (0, "")
    assert str(account) in file.read_text()
    return file


def tamper(conn: Connection, account_id: UUID, *statements: str) -> None:
    """Run statements on an account as a superuser who gets past the triggers of the history."""
    conn.execute("alter table credits.transactions disable trigger user")
    for statement in statements:
        conn.execute(statement, {"id": account_id})
    conn.execute(
        "alter table credits.transactions enable always trigger transactions_refuse_change"
    )


def cut_tail(conn: Connection, account_id: UUID) -> None:
    """Delete an account's last transaction, a spend, and make the account agree."""
    tamper(
        conn,
        account_id,
        "delete from credits.transactions as t using credits.accounts as a "
        "where a.id = %(id)s and t.account_id = a.id and t.id = a.last_transaction_id",
    )
    conn.execute(AGREE, [account_id])


def test_a_seal_has_a_line_for_every_history_in_order_after_its_header(
    conn: Connection, account: UUID, file: Path, run: Run, fresh_db: str
) -> None:
    others = [funded_account(conn, 5) for _ in range(3)]
    empty = funded_account(conn)
    result = run("seal", "write", str(file), url=fresh_db)
    first, *lines = file.read_bytes().splitlines()
    header = json.loads(first)
    assert header["database"] == conn.info.dbname
    assert header["sealed_at"].endswith("+00:00")
    assert header["sha256"] in result.stdout
    unsummed = file.read_bytes().replace(header["sha256"].encode(), b"0" * 64)
    assert header["sha256"] == sha256(unsummed).hexdigest()
    heads = [history(conn, account_id)[-1] for account_id in sorted([account, *others])]
    assert [json.loads(line) for line in lines] == [
        {"account_id": str(h["account_id"]), "transaction_id": h["id"], "hash": h["hash"].hex()}
        for h in heads
    ]
    assert str(empty) not in file.read_text()


def test_a_history_that_grew_since_is_well(
    conn: Connection, account: UUID, sealed: Path, run: Run, fresh_db: str
) -> None:
    deduct(conn, account, 1)
    funded_account(conn, 5)
    result = run("seal", "check", str(sealed), url=fresh_db)
    assert result.exit_code == 0
    (line,) = result.output.splitlines()
    assert line.startswith(f"1 histories sealed in {conn.info.dbname} at ")
    assert json.loads(sealed.read_text().splitlines()[0])["sha256"] in line


def test_a_cut_tail_is_found_although_the_books_agree(
    conn: Connection, account: UUID, sealed: Path, run: Run, fresh_db: str
) -> None:
    cut_tail(conn, account)
    assert find_violations(conn) == []
    result = run("seal", "check", str(sealed), url=fresh_db)
    assert result.exit_code == 1
    assert result.stdout == f"{account} transaction 4 is gone\n"
    assert "Error: 1 of 1 histories sealed in " in result.stderr


def test_a_cut_tail_is_found_after_the_history_has_grown_again(
    conn: Connection, account: UUID, sealed: Path, run: Run, fresh_db: str
) -> None:
    cut_tail(conn, account)
    for _ in range(3):
        deduct(conn, account, 1)
    assert find_violations(conn) == []
    result = run("seal", "check", str(sealed), url=fresh_db)
    assert result.exit_code == 1
    assert result.stdout == f"{account} transaction 4 is another one now\n"


@pytest.mark.breaks_books
def test_an_edited_middle_row_is_found_only_by_the_chain_that_leads_to_the_sealed_head(
    conn: Connection, account: UUID, sealed: Path, run: Run, fresh_db: str
) -> None:
    edit = "update credits.transactions set description = 'harmless' where id = 2"
    tamper(conn, account, edit)
    assert run("seal", "check", str(sealed), url=fresh_db).exit_code == 0
    assert [(where, rule) for where, rule, _ in find_violations(conn)] == [(account, "hash_chain")]


def test_an_edited_middle_row_with_the_chain_made_anew_is_found_by_the_seal(
    conn: Connection, account: UUID, sealed: Path, run: Run, fresh_db: str
) -> None:
    tamper(conn, account, "update credits.transactions set description = 'harmless' where id = 2")
    conn.execute("alter table credits.transactions disable trigger user")
    for transaction_id in (2, 3, 4):
        conn.execute(REHASH, [account, transaction_id])
    conn.execute(AGREE, [account])
    assert find_violations(conn) == []
    result = run("seal", "check", str(sealed), url=fresh_db)
    assert result.exit_code == 1
    assert result.stdout == f"{account} transaction 4 is another one now\n"


def test_lost_histories_are_named_in_whatever_batch_they_are(
    conn: Connection, file: Path, run: Run, fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "BATCH", 2)
    accounts = sorted(funded_account(conn, 10) for _ in range(5))
    for account_id in accounts:
        deduct(conn, account_id, 1)
        deduct(conn, account_id, 2)
    written = run("seal", "write", str(file), url=fresh_db)
    assert written.stderr == "2 accounts\n4 accounts\n"
    victims = [accounts[0], accounts[2], accounts[4]]
    for account_id in victims:
        cut_tail(conn, account_id)
    result = run("seal", "check", str(file), url=fresh_db)
    assert result.exit_code == 1
    assert result.stdout == "".join(f"{victim} transaction 3 is gone\n" for victim in victims)
    assert result.stderr.startswith("2 accounts\n4 accounts\nError: 3 of 5 histories ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"transaction_id": 4', '"transaction_id": 3'),
        ('"sealed_at": "2', '"sealed_at": "3'),
        ('"database"', '"the_database"'),
        ('{"sealed_at"', '{ "sealed_at"'),
        ('"}\n', '"}'),
    ],
)
def test_an_edited_seal_is_refused(
    sealed: Path, run: Run, fresh_db: str, old: str, new: str
) -> None:
    text = sealed.read_text()
    assert old in text
    sealed.write_text(text.replace(old, new))
    result = run("seal", "check", str(sealed), url=fresh_db)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: {sealed} is no seal, or was changed: " in result.stderr


def test_a_seal_without_its_last_account_is_refused(sealed: Path, run: Run, fresh_db: str) -> None:
    sealed.write_text(sealed.read_text().splitlines(keepends=True)[0])
    assert run("seal", "check", str(sealed), url=fresh_db).exit_code == 2


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\n", b"\xff\x00", b"7\n", b'{"a": 1}\n'])
def test_what_is_no_seal_is_refused(file: Path, run: Run, fresh_db: str, content: bytes) -> None:
    file.write_bytes(content)
    result = run("seal", "check", str(file), url=fresh_db)
    assert result.exit_code == 2
    assert "is no seal" in result.stderr


@pytest.mark.parametrize("line", ["{}", "7", '{"account_id": 1, "transaction_id": 1, "hash": ""}'])
def test_a_line_that_is_no_head_is_refused_even_under_a_sum_that_fits(
    file: Path, run: Run, fresh_db: str, line: str
) -> None:
    first = f'{{"sealed_at": "", "database": "", "sha256": "{"0" * 64}"}}\n'
    total = sha256(f"{first}{line}\n".encode()).hexdigest()
    file.write_text(f"{first.replace('0' * 64, total)}{line}\n")
    result = run("seal", "check", str(file), url=fresh_db)
    assert result.exit_code == 2
    assert "a line is no head" in result.stderr


def test_what_is_committed_while_a_seal_is_written_is_not_in_it(
    conn: Connection, account: UUID, fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDITS_DATABASE_URL", fresh_db)
    with seal.open_snapshot() as reader:
        seal.fetch_header(reader)
        deduct(conn, account, 1)
        (head,) = seal.fetch_heads(reader)
    assert head.transaction_id == 4


def test_no_file_is_overwritten(sealed: Path, run: Run, fresh_db: str) -> None:
    before = sealed.read_bytes()
    result = run("seal", "write", str(sealed), url=fresh_db)
    assert result.exit_code == 1
    assert f"{sealed} exists" in result.stderr
    assert sealed.read_bytes() == before


def test_a_seal_that_fails_leaves_no_file(file: Path, run: Run, empty_db: str) -> None:
    result = run("seal", "write", str(file), url=empty_db)
    assert result.exit_code == 1
    assert "is pgcredits installed there?" in result.stderr
    assert not file.exists()


def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path, run: Run, fresh_db: str) -> None:
    result = run("seal", "write", str(tmp_path / "nowhere" / "seal"), url=fresh_db)
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.stderr


@pytest.mark.usefixtures("account")
def test_a_role_from_which_policies_hide_accounts_gets_no_seal(
    conn: Connection, file: Path, run: Run, fresh_db: str
) -> None:
    conn.execute("grant select on all tables in schema credits to authenticated")
    url = make_conninfo(fresh_db, options="-c role=authenticated")
    result = run("seal", "write", str(file), url=url)
    assert result.exit_code == 1
    assert "connect as the owner of the database" in result.stderr
    assert not file.exists()
