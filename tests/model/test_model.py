"""Random histories of people and a team agree with the model, step by step.

``PGCREDITS_MODEL_EXAMPLES`` sets how many histories of forty steps are played; without it they
are always the same sixty.
"""

from __future__ import annotations

import os
from decimal import Decimal
from random import Random

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.billing.purchases import promote
from tests.model import clock
from tests.model.acts import play
from tests.model.comparison import Comparison
from tests.model.gift_rules import GiftRules
from tests.model.hold_rules import HoldRules
from tests.model.machine import START
from tests.model.member_rules import CAPS, MemberRules
from tests.model.outcomes import missing
from tests.model.referral_rules import ReferralRules
from tests.model.sales_rules import SalesRules
from tests.model.shop import catalog, promotions
from tests.model.time_rules import TimeRules
from tests.model.wallet_rules import WalletRules
from tests.support import install
from tests.wallets import use_catalog

# A history that fails is printed as it was found: to shorten it takes many minutes.
PHASES = (Phase.generate,)
EXAMPLES = os.environ.get("PGCREDITS_MODEL_EXAMPLES")
HISTORIES = int(EXAMPLES or 60)
STEPS = 40
# What a history is about, most of all.
FOCUSES = [
    ("hold_rules", "wallet_rules"),
    ("gift_rules", "sales_rules"),
    ("referral_rules", "sales_rules"),
    ("member_rules", "wallet_rules"),
    ("time_rules", "hold_rules"),
]


class Histories(
    Comparison,
    WalletRules,
    HoldRules,
    TimeRules,
    MemberRules,
    SalesRules,
    GiftRules,
    ReferralRules,
):
    """All acts together."""

    @initialize(chance=st.randoms(use_true_random=True))
    def begin(self, chance: Random) -> None:
        """Let everybody have something, and the team a member."""
        self.chance, self.focus = chance, chance.choice(FOCUSES)
        for name in self.world.ids:
            self.give(name, Decimal(chance.choice([20, 100])), "purchase", None, None)
            self.give(name, Decimal(7), "bonus", None, chance.choice([None, 0.5, 10]))
        for name in ("ann", "team"):
            plan = chance.choice(["slow", "capped", "capped", "thrifty", "basic"])
            self.change_plan(name, plan)
        self.invite("ann", "bob", "member", True)
        self.set_member("ann", "bob", None, chance.choice([None, *CAPS]))

    @rule()
    def step(self) -> None:
        """Let one thing happen."""
        play(self, self.chance, self.focus)


@pytest.mark.timeout(3600)
def test_histories_agree_with_the_model_step_by_step(empty_db: str) -> None:
    with psycopg.connect(empty_db, autocommit=True) as conn:
        install(conn, clock.SQL)
    with psycopg.connect(empty_db) as conn:
        clock.set_clock(conn, START)
        use_catalog(conn, catalog())
        for promotion in promotions():
            promote(conn, **promotion)
        conn.commit()
        Histories.conn = conn
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                derandomize=EXAMPLES is None,
                deadline=None,
                database=None,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(*(f"{count:6} {what}" for what, count in sorted(Histories.tally.items())), sep="\n")
    if EXAMPLES is None:
        assert missing(Histories.tally) == []
