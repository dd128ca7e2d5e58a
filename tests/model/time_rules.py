"""Rules of time: it passes, jobs run, plans change, and calls are repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.model.acts import act
from tests.model.books import Account
from tests.model.holds import release_due
from tests.model.machine import NAMES, Machine
from tests.model.plans import change_plan, renew
from tests.model.shop import PLANS, catalog
from tests.wallets import Row, use_catalog

AHEAD = [timedelta(days=days) for days in (0, 0, 1, 10, 20, 31, 40, 62, 400)]
SECONDS = [1, 30, 60, 960, 43_200]
TIMES = [timedelta(seconds=it) for it in SECONDS] + [timedelta(days=it) for it in (1, 1, 9, 12, 31)]
JOBS: dict[str, tuple[str, Callable[[Account, datetime], int]]] = {
    "renewed": ("reset_monthly_credits", renew),
    "released": ("release_expired_holds", release_due),
    "expired": ("expire_credits", lambda account, at: account.settle(at)[1]),
}


class TimeRules(Machine):
    """Time passes for everything at once."""

    @act(weight=4, time=TIMES)
    def wait(self, time: timedelta) -> None:
        """Let time pass; nothing is written off until somebody writes or a job runs."""
        self.move_clock(time)

    @act(weight=2, job=["renewed", "expired", "released", "all"], ahead=AHEAD)
    def run_a_job(self, job: str, ahead: timedelta) -> None:
        """Run a job, or all of them, perhaps ahead of time; the clock then steps back."""
        at = self.world.clock.now + ahead
        if job == "all":
            self.both("run_credit_maintenance", lambda: self.maintain(at), {"at": at})
        else:
            function, do = JOBS[job]
            self.both(function, lambda: sum(do(it, at) for it in self.world), {"at": at})

    def maintain(self, at: datetime) -> Row:
        """Do all that the model knows of what cron has to do, in the published order."""
        return {name: sum(do(it, at) for it in self.world) for name, (_, do) in JOBS.items()}

    @act(weight=2, name=NAMES, plan=[*PLANS, "capped", "capped", "slow", "thrifty"])
    def change_plan(self, name: str, plan: str) -> None:
        """Change the plan, and with it the limits."""
        self.keyed(
            "change_credit_plan",
            self.account(name),
            lambda: change_plan(self.account(name), self.world.plans[plan]),
            {"plan": plan},
        )

    @act(cap=[20, 40, 90])
    def change_cap(self, cap: int) -> None:
        """Change the monthly cap of a plan: it holds at once for all who are on it."""
        if self.world.plans["capped"]["monthly_spend_cap"] != cap:
            self.world.version += 1
            self.world.plans["capped"]["monthly_spend_cap"] = cap
            use_catalog(self.conn, catalog(cap))

    @act(name=NAMES, status=["active", "active", "paused"])
    def pause(self, name: str, status: str) -> None:
        """Pause an account, or let it go on."""
        account = self.account(name)
        account.status = status
        query = "update credits.accounts set status = %s where id = %s"
        self.conn.execute(query, [status, account.id])

    @act(weight=2, when=lambda self: self.log)
    def replay(self) -> None:
        """Repeat a call, whatever has happened since."""
        it = self.chance.choice(self.log)
        account = self.world.accounts[it.account_id]
        self.keyed(it.function, account, self.never, it.arguments, it.caller, it.key)

    @act(when=lambda self: self.log, holds=[True, False])
    def reuse_a_key(self, holds: bool) -> None:
        """Use a key again for another request, of a charge or of a hold."""
        it = self.chance.choice(self.log)
        if it.caller is None:
            account = self.world.accounts[it.account_id]
            function = "hold_credits" if holds else "check_and_deduct_credits"
            arguments = {"amount": 3, "reference": "another"}
            self.keyed(function, account, self.never, arguments, None, it.key)

    def never(self) -> Any:
        """Stand in for an act that must not happen."""
        raise AssertionError("the model knows the key")
