"""Reconciliation: what a lost webhook left undone is done, and what still differs is told.

Stripe's events are read first, then its objects, because events are gone after 30 days; the
database decides what each of them means, and that most mean nothing new. Then every payment here
is looked for at Stripe. It may run at any time, beside itself and beside webhooks: each object is
a transaction of its own, and none is open while Stripe is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from edge.events import EVENT_TYPES
from edge.jobs.inbox import Inbox, Outcome
from edge.jobs.provider_totals import ProviderTotals, fetch_totals
from edge.jobs.stripe_lists import Json, StripeLists

_MOST_TYPES = 20  # of events, in one question
_BATCH = 500  # events per question whether they are known
_LINE = 1000  # objects per line of progress
# How long a dispute may take to its end, of which the list of events may know nothing any more.
_DISPUTE = timedelta(days=120)


class Source(NamedTuple):
    """A list of Stripe, and the type of event that each of its objects stands for.

    Attributes:
        reach: how much older than the start its objects may be; None: of any age.
        is_news: which of its objects count.
    """

    path: str
    news: str
    params: Mapping[str, str] = MappingProxyType({})
    reach: timedelta | None = timedelta()
    is_news: Callable[[Json], bool] = lambda _: True


def _pays_order(intent: Json) -> bool:
    return intent["status"] == "succeeded" and "order_id" in intent["metadata"]


# In the order in which one names the other: what is paid comes before what goes back.
SOURCES = (
    Source("checkout/sessions", "checkout.session.completed", {"status": "complete"}),
    Source("payment_intents", "payment_intent.succeeded", is_news=_pays_order),
    Source("subscriptions", "customer.subscription.updated", {"status": "all"}, reach=None),
    Source("invoices", "invoice.paid", {"status": "paid"}),
    Source("invoice_payments", "invoice_payment.paid", {"status": "paid"}),
    Source("charges", "charge.refunded", is_news=lambda charge: charge["amount_refunded"] > 0),
    Source("refunds", "refund.updated"),
    Source("disputes", "charge.dispute.updated", reach=_DISPUTE),
)


@dataclass
class Report:
    """What a run found; objects by their id at Stripe, with what there is to say of them."""

    read: int = 0
    agreed: int = 0
    repaired: dict[str, str] = field(default_factory=dict)
    differing: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, news: str, outcome: Outcome) -> None:
        """Take in what the database made of an object; the last word on it counts."""
        if not outcome.is_settled:
            self.differing[name] = f"{news} {name}: {outcome.state}, {outcome.reason}"
            return
        self.differing.pop(name, None)
        if outcome.state == "applied":
            self.repaired[name] = f"{news} {name}"
        else:
            self.agreed += 1


@dataclass
class Reconciliation:
    """One run.

    Attributes:
        inbox: the database.
        lists: Stripe.
        since: how far back.
    """

    inbox: Inbox
    lists: StripeLists
    since: datetime
    report: Report = field(default_factory=Report)
    _totals: ProviderTotals = field(default_factory=ProviderTotals)
    _would_repair: set[str] = field(default_factory=set)  # by a dry run, and their intents

    def run(self) -> Report:
        """Repair what can be repaired, and return what was found.

        Raises:
            UnreadableError: Stripe does not answer to the end; what was repaired stays.
            stripe.StripeError: Stripe refuses the question.
            psycopg.Error: the database is lost, or is not ours.
        """
        for start in range(0, len(EVENT_TYPES), _MOST_TYPES):
            self._apply_events(EVENT_TYPES[start : start + _MOST_TYPES])
        for source in SOURCES:
            self._apply_objects(source)
        self._retry()
        self._compare()
        return self.report

    def _apply_events(self, types: tuple[str, ...]) -> None:
        params = {"types": list(types), **self._created(timedelta())}
        listing = iter(self.lists.read("events", params))
        while batch := list(islice(listing, _BATCH)):
            unseen = self.inbox.find_unseen([event["id"] for event in batch])
            self.report.read += len(batch)
            self.report.agreed += len(batch) - len(unseen)
            for event in batch:
                if event["id"] in unseen:
                    outcome = self.inbox.apply_event(event)
                    self._note(event["data"]["object"], event["type"], outcome)

    def _apply_objects(self, source: Source) -> None:
        created = {} if source.reach is None else self._created(source.reach)
        listing = self.lists.read(source.path, {**source.params, **created})
        for number, thing in enumerate(listing, 1):
            if number % _LINE == 0:
                self.lists.progress(f"{source.path}: {number:,} compared")
            self._totals.add(thing)
            if not source.is_news(thing):
                continue
            self.report.read += 1
            outcome = self.inbox.apply_object(source.news, thing, is_dry=True)
            if outcome.state != "ignored" and not self.inbox.is_dry:
                # The list may be minutes old, and what has happened since must not be undone.
                now = self.lists.get(f"{source.path}/{thing['id']}") or thing
                outcome = self.inbox.apply_object(source.news, self.lists.complete(now))
            self._note(thing, source.news, outcome)

    def _retry(self) -> None:
        """Try again what is kept as failed, waiting or quarantined."""
        for event_id, news, about in self.inbox.list_open(self.since):
            self.report.read += 1
            self._note({"id": about}, news, self.inbox.retry(event_id))

    def _compare(self) -> None:
        """Look at Stripe for every payment that is known here."""
        payments = self.inbox.list_payments(self.since)
        self.report.read += len(payments)
        suspects = [
            it
            for it in payments
            if self._totals.describe_difference(it)
            and not {it.id, it.intent_id} & self._would_repair
        ]
        self.report.agreed += len(payments) - len(suspects)
        # What was paid or went back since the lists were read is no difference: look again.
        again = {it.id: fetch_totals(self.lists, it) for it in suspects}
        for payment in self.inbox.list_payments(self.since) if again else []:
            reason = payment.id in again and again[payment.id].describe_difference(payment)
            if reason:
                name = f"payment {payment.id} of account {payment.account_id}"
                self.report.differing[payment.id] = f"{name}: {reason}"
            elif payment.id in again:
                self.report.agreed += 1

    def _note(self, thing: Json, news: str, outcome: Outcome) -> None:
        if self.inbox.is_dry and outcome.waits_for in self._would_repair:
            outcome = Outcome("applied")  # as soon as what it waits for is
        if self.inbox.is_dry and outcome.state == "applied":
            self._would_repair |= {thing["id"], *_intents(thing)}
        self.report.note(thing["id"], news, outcome)

    def _created(self, reach: timedelta) -> dict[str, Any]:
        return {"created": {"gte": int((self.since - reach).timestamp())}}


def _intents(thing: Json) -> set[str]:
    """Return the payment intents that an object names."""
    of_invoice = thing.get("payment") or {}
    named = (thing.get("payment_intent"), of_invoice.get("payment_intent"))
    return {intent_id for intent_id in named if isinstance(intent_id, str)}
