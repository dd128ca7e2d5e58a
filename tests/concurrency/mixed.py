"""What a session of mixed load does: it draws calls, makes them, and remembers what it was told.

The sessions share what they find, a hold or a dispute, so that two of them often mean the same one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from tests.concurrency.load import CATALOG, Outcome, catalog, request, request_as
from tests.concurrency.mixed_calls import (
    ACTS,
    ADD,
    ADMIN_CALLS,
    BATCH,
    CAPTURE,
    CLAIM,
    COUNTS_OF_WRONG_BOOKS,
    DISPUTE,
    DRAWN,
    HOLD,
    RESOLVE,
    SEND,
    SPEND,
    TELLING,
    USE,
    USER_CALLS,
    WAITING,
)
from tests.support import Connection

ATTEMPTS = 500
LATEST = 6  # So many of each kind are drawn from: older ones have mostly ended.
READ_COMMITTED = "read committed"
RETRYABLE = {"40001", "40P01"}
ALONE = 30  # So many credits an administrator moves without a second one.


@dataclass
class Shared:
    """What all sessions know: users by e-mail, two administrators, and what there has been."""

    users: dict[str, UUID]
    admins: list[UUID]
    holds: list[tuple[UUID, UUID]] = field(default_factory=list)
    charges: list[tuple[UUID, int]] = field(default_factory=list)
    grants: list[tuple[UUID, int]] = field(default_factory=list)
    gifts: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    disputes: list[tuple[UUID, UUID]] = field(default_factory=list)
    acts: list[tuple[UUID, UUID]] = field(default_factory=list)


@dataclass
class Tally:
    """What one session was told.

    Attributes:
        codes: how its calls ended. retries: how often it had to repeat one.
        moved: the credits of each transaction that was acknowledged, by account and id.
        refunded: what each dispute gave back that was resolved at once.
        claimed: the notices that it was given to send.
    """

    codes: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    moved: dict[tuple[UUID, int], Decimal] = field(default_factory=dict)
    refunded: dict[UUID, Decimal] = field(default_factory=dict)
    claimed: list[str] = field(default_factory=list)


def work(conn: Connection, shared: Shared, seed: int, calls: int, level: str) -> Tally:
    """Make a session's calls; at the higher levels each is repeated until it is not 40001."""
    conn.execute("select set_config('default_transaction_isolation', %s, false)", [level])
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    tally = Tally()
    for number in range(calls):
        (query,) = rng.choices(list(DRAWN), list(DRAWN.values()))
        values = draw(rng, shared, f"{seed}:{number}")
        code, answer = ask(conn, query, values)
        for _ in range(ATTEMPTS):
            if level == READ_COMMITTED or code not in RETRYABLE:
                break
            tally.retries += 1
            code, answer = ask(conn, query, values)
        tally.codes[code] += 1
        if code == "ok":
            note(tally, shared, query, values, answer)
    return tally


def draw(rng: Random, shared: Shared, key: str) -> dict[str, Any]:
    """Draw the arguments of a call; where there is no hold, dispute or act yet, null."""
    (_, account_id), (to, to_id) = rng.sample(list(shared.users.items()), 2)
    hold = rng.choice(shared.holds[-LATEST:] or [(account_id, None)])
    charge = rng.choice(shared.charges[-LATEST:] or [(account_id, None)])
    gift, giver_id, taker_id = rng.choice(shared.gifts[-LATEST:] or [(None, account_id, to_id)])
    grant = rng.choice(shared.grants[-LATEST:] or [(account_id, None)])
    dispute, dispute_of = rng.choice(shared.disputes[-LATEST:] or [(None, account_id)])
    act, requested_by = rng.choice(shared.acts[-LATEST:] or [(None, shared.admins[0])])
    limits = {"monthly_spend_cap": rng.choice([100, 1000]), "requests_per_minute": 600}
    return {
        "id": account_id,
        "amount": Decimal(rng.randrange(1, 400)) / 10,
        "key": key,
        "days": rng.choice([1, 10, 40, 80]),
        "source": rng.choice(["purchase", "bonus"]),
        "plan": rng.choice(["free", "pro"]),
        "partial": rng.choice([False, True]),
        "catalog": catalog(
            plans=[{**plan, **limits} for plan in CATALOG["plans"]], approval_credits=ALONE
        ),
        "external_id": f"customer {rng.randrange(20)}",
        "events": json.dumps(
            [
                {"account_id": str(one), "key": f"{key}:{place}", "amount": 1.5}
                for place, one in enumerate([to_id, account_id, to_id])
            ]
        ),
        "hold_account": hold[0],
        "hold": hold[1],
        "charge_account": charge[0],
        "charge": charge[1],
        "grant_account": grant[0],
        "grant": grant[1],
        "to": to_id,
        "email": to,
        "gift": gift,
        "gift_from": giver_id,
        "gift_to": taker_id,
        "dispute": dispute,
        "dispute_of": dispute_of,
        "wished": rng.choice([None, 1]),
        "outcome": rng.choice(["approved", "approved", "rejected"]),
        "act": act,
        "admin": rng.choice(shared.admins),
        "approver": next(it for it in shared.admins if it != requested_by),
    }


def ask(conn: Connection, query: str, values: dict[str, Any]) -> Outcome:
    """Send one request, as the back end, as the user whose it is or as an administrator."""
    if query in USER_CALLS:
        return request_as(conn, values[USER_CALLS[query][0]], query, values)
    if query in ADMIN_CALLS:
        who = values[ADMIN_CALLS[query][0]]
        return request_as(conn, who, query, values, app_metadata={"role": "admin"})
    return request(conn, query, values)


def note(tally: Tally, shared: Shared, query: str, values: dict[str, Any], answer: Any) -> None:
    """Remember what came of a call."""
    if query in TELLING:
        account_id, transaction_id, amount = answer
        tally.moved[account_id, transaction_id] = amount
        if query in (SPEND, USE, CAPTURE):
            shared.charges.append((account_id, transaction_id))
        elif query == ADD:
            shared.grants.append((account_id, transaction_id))
    elif query in ACTS:
        account_id, transaction_id, amount, act_id, state = answer
        if state == "pending":
            shared.acts.append((act_id, values["admin"]))
        elif transaction_id is not None:
            tally.moved[account_id, transaction_id] = amount
    elif query == BATCH:
        note_batch(tally, answer[0])
    elif query in COUNTS_OF_WRONG_BOOKS:
        assert answer == (0,), "a reader saw books that are wrong"
    else:
        note_object(tally, shared, query, values, answer)


def note_batch(tally: Tally, results: list[dict[str, Any]]) -> None:
    """Remember what came of the events of a batch."""
    for result in results:
        if result["error"] is None:
            moved = UUID(result["account_id"]), result["transaction_id"]
            tally.moved[moved] = -Decimal(str(result["cost"]))
        else:
            tally.codes[result["error"]["code"]] += 1


def note_object(
    tally: Tally, shared: Shared, query: str, values: dict[str, Any], answer: Any
) -> None:
    """Remember what there is now, for the sessions to come back to, or what became of it."""
    if query == HOLD:
        shared.holds.append(answer)
    elif query == SEND:
        shared.gifts.append(answer)
    elif query == DISPUTE:
        shared.disputes.append((answer[0], values["charge_account"]))
    elif query == RESOLVE and answer[1] > 0:
        tally.refunded[answer[0]] = answer[1]
    elif query == CLAIM:
        tally.claimed += answer[0] or []
    elif query == WAITING and answer is not None:
        act_id, requested_by = answer
        shared.acts.append((act_id, UUID(requested_by.removeprefix("user:"))))
