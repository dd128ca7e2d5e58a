"""Numbers, times and ids that should not be, in every parameter of every public function."""

from __future__ import annotations

import pytest

from tests.ledger.bad_calls import call_each
from tests.ledger.belongings import Owner, create_owner
from tests.support import Connection
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
    "monthly_cap": {*NO_AMOUNT[2:]},
    "ttl_seconds": {"0", "-1", "2147483647", "-2147483648", None},
    "batch_size": {"0", "-1", "2147483647", "-2147483648", None},
    "page_size": {"0", "-1", "2147483647", "-2147483648", None},
    "refund": {*NO_AMOUNT, None},
    "requested_refund": set(NO_AMOUNT),
    "low_balance": {*NO_AMOUNT[2:]},
    "priority": {"-1", "2147483647", "-2147483648"},
    "at": {"infinity", "-infinity", None},
    "expires_at": {"infinity", "-infinity", "4713-01-01 BC"},
}
# Functions in which no amount means all of it, or what the catalog says.
AMOUNT_IS_OPTIONAL = {
    "public.hold_credits",
    "public.capture_credits",
    "public.refund_credits",
    "public.admin_refund_transaction",
}
HOLDS = ("extend_hold", "capture_credits", "release_credits")
GIFTS = ("accept_credit_gift", "cancel_credit_gift")
INVITATIONS = ("accept_credit_invitation", "revoke_credit_invitation")
ACTS = ("admin_approve_act", "admin_decline_act")
DISPUTES = (
    "get_credit_dispute",
    "withdraw_credit_dispute",
    "admin_review_dispute",
    "admin_resolve_dispute",
)
TEAMS = (
    "invite_credit_member",
    "set_credit_member",
    "set_credit_member_caps",
    "remove_credit_member",
)


@pytest.fixture
def user(db: Connection) -> Owner:
    """A user with something of everything, by a catalog with plans and prices."""
    use_catalog(db, changed_catalog(custom_quantity={"minimum": 1, "maximum": 1000}))
    return create_owner(db)


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
    db: Connection, user: Owner, types: list[str], values: list[str | None]
) -> None:
    outcomes = list(call_each(db, user, dict.fromkeys(types, values), USUAL))
    assert outcomes
    assert "\n".join(str(outcome) for outcome in outcomes if not outcome.is_clean) == ""
    accepted = [
        outcome
        for outcome in outcomes
        if outcome.code == "ok"
        and outcome.value in {str(bad) for bad in REFUSED.get(outcome.parameter, set())}
        and not (outcome.value == "None" and outcome.function in AMOUNT_IS_OPTIONAL)
    ]
    assert accepted == []


def test_a_good_value_is_not_refused(db: Connection, user: Owner) -> None:
    """Else the test above would show nothing."""
    user_id = str(user.id)
    good = {"numeric": ["2.5"], "timestamptz": ["2027-01-01"], "uuid": [user_id], "int4": ["7"]}
    outcomes = list(call_each(db, user, good, USUAL))
    refused = {
        (o.function.removeprefix("public."), o.parameter, o.refusal.message)
        for o in outcomes
        if o.refusal
    }
    # The user's id is no hold's, gift's or team's, and nobody else owns the team.
    ids = {
        *((name, "hold_id", "hold_not_found") for name in HOLDS),
        *((name, "gift_id", "gift_not_found") for name in GIFTS),
        *((name, "invitation_id", "invitation_not_found") for name in INVITATIONS),
        *((name, "act_id", "act_not_found") for name in ACTS),
        *((name, "dispute_id", "dispute_not_found") for name in DISPUTES),
        *((name, "account_id", "not_a_team") for name in TEAMS),
        ("remove_credit_member", "user_id", "last_owner"),
    }
    # The usual arguments name a plan: a quote is of that or of a quantity; and no package, which a
    # top-up needs. A rate is a user's, and nobody knows a balance of the future. Who has holds is
    # not erased.
    assert refused == ids | {
        ("quote_credit_purchase", "quantity", "invalid_purchase"),
        ("get_credit_rate", "quantity", "account_id_required"),
        ("set_auto_topup", "threshold", "topup_incomplete"),
        ("set_auto_topup", "account_id", "topup_incomplete"),
        ("get_credit_balance_at", "at", "invalid_time"),
        ("admin_erase_account", "account_id", "account_has_holds"),
    }
