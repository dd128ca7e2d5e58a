"""The view credit_holds is the log of what was asked: what for, by whom, how it ended; no texts."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.holds.holding import (
    WITH_MODELS,
    capture,
    extend,
    find_text,
    hold,
    let_end,
    log,
    release,
    stored,
)
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import Row, call, funded_account, history, refused, use_catalog

SECRET = "the admiral's second lighthouse — Größe 7"
PROMPT = f"Please tell me about {SECRET}. 灯台は二つある。"


def test_a_hold_records_its_request(db: Connection) -> None:
    account_id, user_id = funded_account(db, 100), sign_up(db)
    held = hold(
        db,
        account_id,
        30,
        service="gpt-4",
        quantity="2.5",
        usage={"input_tokens": 1000},
        reference="chat-7",
        user_id=user_id,
        metadata={"feature": "chat"},
    )
    (row,) = log(db, account_id)
    expected = {
        "hold_id": held["hold_id"],
        "account_id": account_id,
        "user_id": user_id,
        "amount": 30,
        "state": "open",
        "service": "gpt-4",
        "usage": {"input_tokens": 1000},
        "reference": "chat-7",
        "metadata": {"feature": "chat"},
        "transaction_id": None,
        "expires_at": held["expires_at"],
        "ended_at": None,
    }
    assert {name: row[name] for name in expected} == expected
    assert float(row["quantity"]) == 2.5


def test_the_log_tells_how_each_request_ended(db: Connection) -> None:
    account_id = funded_account(db, 100)
    ended, captured, failed, _ = (hold(db, account_id, 10) for _ in range(4))
    let_end(db, ended)
    charged = capture(db, account_id, captured, 7)
    release(db, account_id, failed, reason="refused by the provider")
    found = [(row["state"], row["transaction_id"], row["reason"]) for row in log(db, account_id)]
    assert found == [
        ("expired", None, None),
        ("captured", charged["transaction_id"], None),
        ("released", None, "refused by the provider"),
        ("open", None, None),
    ]


def test_an_expired_hold_that_nobody_has_swept_is_shown_as_expired(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 10)
    let_end(db, held)
    with as_user(db, account_id):
        (row,) = log(db, account_id)
    assert (row["state"], row["ended_at"]) == ("expired", held["expires_at"] and row["expires_at"])
    assert stored(db, held)["state"] == "open"


def test_the_digest_of_a_prompt_is_kept(db: Connection) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 10, metadata={"prompt": PROMPT, "feature": "chat"})
    (row,) = log(db, account_id)
    assert row["metadata"] == {
        "feature": "chat",
        "prompt_sha256": hashlib.sha256(PROMPT.encode()).hexdigest(),
        "prompt_characters": len(PROMPT),
    }


def test_the_text_of_a_prompt_is_stored_nowhere(db: Connection) -> None:
    use_catalog(db, WITH_MODELS)
    account_id = funded_account(db, 10_000)
    metadata = {"prompt": PROMPT}
    by_prompt = hold(db, account_id, service="large", key="k", metadata=metadata)
    assert hold(db, account_id, service="large", key="k", metadata=metadata) == by_prompt
    holds = [by_prompt] + [hold(db, account_id, 10, metadata=metadata) for _ in range(3)]
    extend(db, account_id, holds[0])
    capture(db, account_id, holds[0], usage={"output_tokens": 7}, metadata=metadata)
    capture(db, account_id, holds[1], metadata=metadata)
    release(db, account_id, holds[2])
    let_end(db, holds[3])
    call(db, "run_credit_maintenance", at=datetime.now(UTC))
    with refused(db, "PT402", "insufficient_credits") as detail:
        hold(db, account_id, 100_000, metadata=metadata)
    assert SECRET not in json.dumps(detail, ensure_ascii=False)
    assert find_text(db, SECRET) == find_text(db, "lighthouse") == []
    digest = hashlib.sha256(PROMPT.encode()).hexdigest()
    assert find_text(db, digest) == ["holds", "transactions"]


def test_the_charge_has_the_digest_of_the_prompt_too(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 10, metadata={"prompt": PROMPT})
    capture(db, account_id, held, metadata={"stop": "end"})
    assert history(db, account_id)[-1]["metadata"] == {
        "stop": "end",
        "prompt_sha256": hashlib.sha256(PROMPT.encode()).hexdigest(),
        "prompt_characters": len(PROMPT),
    }


def test_a_long_prompt_is_no_large_metadata(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 10, metadata={"prompt": "word " * 30_000})
    assert stored(db, held)["metadata"]["prompt_characters"] == 150_000


@pytest.mark.parametrize(
    "prompt", [["text"], {"role": "user", "content": "text"}, 7, True], ids=str
)
def test_a_prompt_that_is_no_text_is_refused_rather_than_stored(
    db: Connection, prompt: object
) -> None:
    account_id = funded_account(db, 100)
    with refused(db, "22023", "invalid_metadata"):
        hold(db, account_id, 10, metadata={"prompt": prompt})
    assert log(db, account_id) == []


def test_a_user_reads_the_own_log_and_nobody_elses(db: Connection) -> None:
    ada, bob = funded_account(db, 100), funded_account(db, 100)
    hold(db, ada, 10, reference="ada's")
    hold(db, bob, 10, reference="bob's")
    for user_id, expected in ((ada, "ada's"), (bob, "bob's")):
        with as_user(db, user_id):
            rows = db.execute("select reference from public.credit_holds").fetchall()
        assert rows == [(expected,)]
    with as_service(db):
        assert len(db.execute("select from public.credit_holds").fetchall()) == 2


@pytest.mark.parametrize(("role", "sees"), [("viewer", 0), ("member", 1), ("admin", 2)])
def test_members_read_their_own_requests_and_who_manages_reads_all(
    db: Connection, role: str, sees: int
) -> None:
    team_id: UUID = call(db, "open_credit_account", external_id="team")
    call(db, "add_credits", account_id=team_id, amount=100, source="bonus", key="k")
    people: Row = {name: sign_up(db) for name in ("viewer", "member", "admin", "owner")}
    for name, user_id in people.items():
        db.execute(
            "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)",
            [team_id, user_id, name],
        )
    for name in ("member", "owner"):
        hold(db, team_id, 10, user_id=people[name])
    with as_user(db, people[role]):
        assert len(log(db, team_id)) == sees
