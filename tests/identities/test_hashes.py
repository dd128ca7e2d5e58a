"""What is kept of a person's address: a salted hash that outlives the user, and nothing else."""

from __future__ import annotations

import hashlib

from psycopg import sql

from tests.codes.redeeming import credit_code, redeem
from tests.identities.people import delete, give_free_credits
from tests.support import Connection, sign_up

EMAIL = "Ada.Lovelace+bonus@Gmail.com"
SPELLINGS = ("ada.lovelace", "adalovelace")


def rows_of_all_tables(conn: Connection) -> dict[str, str]:
    """Return all rows of each table of pgcredits as one text."""
    tables = conn.execute(
        "select tablename from pg_tables where schemaname = 'credits' order by tablename"
    ).fetchall()
    found = {}
    for (table,) in tables:
        query = sql.SQL("select coalesce(string_agg(t::text, ' '), '') from credits.{} as t")
        row = conn.execute(query.format(sql.Identifier(table))).fetchone()
        assert row is not None
        found[table] = row[0]
    return found


def hashes(conn: Connection) -> list[bytes]:
    return [row[0] for row in conn.execute("select hash from credits.identities").fetchall()]


def test_no_table_keeps_the_address(db: Connection) -> None:
    give_free_credits(db)
    credit_code(db)
    user_id = sign_up(db, EMAIL)
    assert redeem(db, user_id)["ok"]
    for when in ("before", "after"):
        for table, text in rows_of_all_tables(db).items():
            for spelling in (*SPELLINGS, *(name.encode().hex() for name in SPELLINGS)):
                assert spelling not in text.lower(), (when, table)
        delete(db, user_id)
    assert hashes(db)


def test_the_hashes_are_no_plain_hashes_of_the_address(db: Connection) -> None:
    give_free_credits(db)
    sign_up(db, EMAIL)
    names = {f"{name}@{domain}" for name in SPELLINGS for domain in ("gmail.com", "googlemail.com")}
    texts = {name.encode() for name in names | {EMAIL, EMAIL.lower()}}
    plain = {hashlib.new(kind, t).digest() for kind in ("sha256", "sha1", "md5") for t in texts}
    found = hashes(db)
    assert found
    assert not set(found) & plain
    assert {len(digest) for digest in found} == {32}


def test_the_salt_is_of_this_database_and_nobody_reads_it(db: Connection) -> None:
    (salt,) = db.execute("select salt from credits.identity_salts").fetchall()
    assert len(salt[0]) == 32
    for table in ("identities", "identity_salts", "blocked_domains", "code_attempts"):
        for role in ("anon", "authenticated", "service_role", "credits_edge"):
            query = "select has_table_privilege(%s, %s, 'select, insert, update, delete')"
            assert db.execute(query, [role, f"credits.{table}"]).fetchone() == (False,)


def test_another_salt_makes_other_hashes(db: Connection) -> None:
    give_free_credits(db)
    sign_up(db, EMAIL)
    first = set(hashes(db))
    db.execute("delete from credits.identities")
    db.execute("update credits.identity_salts set salt = sha256(salt)")
    sign_up(db, EMAIL)
    assert len(hashes(db)) == len(first)
    assert not first & set(hashes(db))
