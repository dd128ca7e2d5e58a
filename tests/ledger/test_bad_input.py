"""Numbers, times and ids that should not be, in every parameter of every public function."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.ledger.bad_calls import call_each
from tests.support import Connection, sign_up
from tests.wallets import changed_catalog, use_catalog

USUAL = {"service": "sms", "plan": "free", "at": "now", "catalog": "{}", "prompt": "Hello"}
NO_AMOUNT = [
    "0",
    "-1",
    "-0.000000001",
    "NaN",
    "Infinity",
    "-Infinity",
    "0.0000000001",
    "1.0000000001",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "9" * 400,
]
INTEGERS = ["0", "-1", "2147483647", "-2147483648", "9223372036854775807", "2.5", "NaN", None]
TIMES = [
    "infinity",
    "-infinity",
    "294276-12-31 23:59:59+00",
    "4713-01-01 BC",
    "275760-09-13",
    "2026-02-30",
    "yesterday evening",
    None,
]
UUIDS = [None, "00000000-0000-0000-0000-000000000000", "", "1", "not-a-uuid"]
# What a number, a time or a size must never be, by parameter.
REFUSED: dict[str, set[str | None]] = {
    "amount": {*NO_AMOUNT, None},
    "quantity": set(NO_AMOUNT),
    "batch_size": {"0", "-1", "2147483647", "-2147483648", None},
    "page_size": {"0", "-1", "2147483647", "-2147483648", None},
    "priority": {"-1", "2147483647", "-2147483648"},
    "at": {"infinity", "-infinity", None},
    "expires_at": {"infinity", "-infinity", "4713-01-01 BC"},
}


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user with credits, by a catalog with plans and prices."""
    use_catalog(db, changed_catalog(custom_quantity={"minimum": 1, "maximum": 1000}))
    user_id = sign_up(db, "ada@example.org")
    db.execute("select public.add_credits(%s, 100, 'bonus', 'k')", [user_id])
    return user_id


@pytest.mark.parametrize(
    ("types", "values"),
    [
        (["numeric"], [*NO_AMOUNT, "2.5", "lots", "", None]),
        (["int2", "int4", "int8"], INTEGERS),
        (["timestamptz", "timestamp", "date"], TIMES),
        (["uuid"], UUIDS),
        (["bool"], ["", "perhaps", None]),
    ],
    ids=["numbers", "integers", "times", "ids", "booleans"],
)
def test_every_answer_to_a_bad_value_is_clean(
    db: Connection, user: UUID, types: list[str], values: list[str | None]
) -> None:
    outcomes = list(call_each(db, user, dict.fromkeys(types, values), USUAL))
    assert outcomes
    assert "\n".join(str(outcome) for outcome in outcomes if not outcome.is_clean) == ""
    accepted = [
        outcome
        for outcome in outcomes
        if outcome.code == "ok"
        and outcome.value in {str(bad) for bad in REFUSED.get(outcome.parameter, set())}
    ]
    assert accepted == []


def test_a_good_value_is_not_refused(db: Connection, user: UUID) -> None:
    """Else the test above would show nothing."""
    good = {"numeric": ["2.5"], "timestamptz": ["2027-01-01"], "uuid": [str(user)], "int4": ["7"]}
    outcomes = list(call_each(db, user, good, USUAL))
    refused = {(o.function, o.parameter, o.code) for o in outcomes if o.code != "ok"}
    # The usual arguments name a plan: a quote is of that or of a quantity; and no package, which a
    # top-up needs. And a rate is a user's.
    assert refused == {
        ("public.quote_credit_purchase", "quantity", "22023"),
        ("public.get_credit_rate", "quantity", "22023"),
        ("public.set_auto_topup", "threshold", "22023"),
        ("public.set_auto_topup", "account_id", "22023"),
    }
