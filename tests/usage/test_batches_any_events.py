"""Whatever JSON an event is, its batch is answered and the good events in it are charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support import Connection, find_violations
from tests.usage.batches import event, outcome, send
from tests.wallets import balance_of, funded_account, history, use_catalog

KEYS = (
    "account_id", "key", "amount", "service", "quantity", "usage", "reference", "description",
    "metadata", "user_id", "other",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.sampled_from(["sms", "gpt-4", "query", "1", "0.5", "NaN", "Infinity", "1e400", "-0", ""]),
    st.uuids().map(str),
)
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, 1, 2, 0.5, 1e-9, 1e-10, 1e300]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
NAMES = st.one_of(TEXTS, st.sampled_from(["input_tokens", "output_tokens", "tools", "minutes"]))
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
# What takes the place of parts of a good event; the account's id is put in where it is left out.
PARTS = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=4)


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with 1005 credits."""
    use_catalog(db)
    return funded_account(db, 1000)


@given(parts=st.lists(st.one_of(PARTS, ANYTHING), max_size=6))
@example(parts=[{"usage": {"input_tokens": 1e300}, "service": "gpt-4", "amount": None}])
@example(parts=[{"metadata": {"a": [[[[{}]]]]}, "user_id": None, "quantity": "1"}])
@settings(
    max_examples=80,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_batch_of_anything_is_answered_event_by_event(
    db: Connection, account_id: UUID, parts: list[Any]
) -> None:
    with db.transaction(force_rollback=True):
        good = [event(account_id, f"good {n}", 1) for n in range(len(parts) + 1)]
        strange = [
            event(account_id, f"strange {n}", 1) | part if isinstance(part, dict) else part
            for n, part in enumerate(parts)
        ]
        sent = [it for pair in zip(good, strange, strict=False) for it in pair] + good[-1:]
        results = send(db, sent)
        assert len(results) == len(sent)
        assert [outcome(row) for row in results[::2]] == [1] * len(good)
        for row in results[1::2]:
            error = row["error"]
            assert outcome(row) is not None
            assert error is None or error["code"] in {"22023", "PT402", "PT404", "PT409"}
        charged = {row["transaction_id"]: row["cost"] for row in results if row["error"] is None}
        assert balance_of(db, account_id)["balance"] == 1005 - sum(charged.values(), Decimal(0))
        ids = {row["id"] for row in history(db, account_id) if row["type"] == "usage"}
        assert ids == charged.keys()
        assert find_violations(db) == []
