"""Checks of the money that comes in: is it told, and is what was bought there?"""

from __future__ import annotations

from scripts.doctoring.lines import Line, ago, fail, ok, some, warn
from scripts.doctoring.patient import Patient

_OPEN_SECONDS = 3600
_ENDPOINT = (
    "pgcredits stripe check names what is wrong with the endpoint, and pgcredits reconcile credits "
    "what was lost"
)


def check_mode(patient: Patient) -> Line:
    """Does the database take payments of the mode that the keys are of?"""
    [(livemode,)] = patient.ask("select livemode from credits.get_provider('stripe')") or [(None,)]
    if livemode is None:
        return warn("mode", "Stripe is not set up", "pgcredits stripe sync (docs/stripe.md)")
    stored = "live" if livemode else "test"
    wanted = patient.environment.get("STRIPE_MODE") or "test"
    if stored != wanted:
        return fail(
            "mode",
            f"the database takes {stored} payments, STRIPE_MODE is {wanted}: what is paid is "
            "quarantined, not credited",
            "set the environment right, or pgcredits stripe sync if that mode is meant",
        )
    return ok("mode", f"{stored}, here and in the database")


def check_webhooks(patient: Patient) -> Line:
    """Do Stripe's events come? Somebody who went to pay and of whom nothing is heard says no."""
    [(unheard,)] = patient.ask(
        "select count(*) from credits.orders as o "
        "where o.status = 'open' and o.session_id is not null "
        # A page is open for a day at most, and Stripe tells when it closes.
        "and o.created_at between now() - interval '30 days' and now() - interval '25 hours'"
    )
    [(newest,)] = patient.ask(
        "select extract(epoch from clock_timestamp() - max(received_at)) from credits.stripe_events"
    )
    heard = "no event ever came" if newest is None else f"the newest event came {ago(newest)} ago"
    if unheard:
        return fail(
            "webhooks",
            f"{unheard} checkouts ended of which Stripe has told nothing; {heard}",
            _ENDPOINT,
        )
    [(waiting,)] = patient.ask(
        "select count(*) from credits.orders where status = 'open' and session_id is not null"
    )
    return ok("webhooks", f"{heard}, and {waiting} checkouts are open")


def check_events(patient: Patient) -> Line:
    """Was every event applied? One that was not may be credits that somebody has paid for."""
    events = patient.health["stripe_events"]
    failed, quarantined = events.get("failed", 0), events.get("quarantined", 0)
    if not failed and not quarantined:
        return ok("events", f"{sum(events.values())} stored, none failed or quarantined")
    reasons = patient.names(
        "select distinct coalesce(reason, state) from credits.stripe_events "
        "where state in ('failed', 'quarantined') order by 1"
    )
    age = patient.health["oldest_open_event_seconds"]
    what = (
        f"{failed} failed, {quarantined} quarantined ({some(reasons)}), the oldest {ago(age)} ago"
    )
    todo = "pgcredits stripe retry lists them; docs/stripe.md says what to do about each reason"
    if failed and age <= _OPEN_SECONDS:
        return warn("events", what, todo)
    return fail("events", what, todo)


def check_subscriptions(patient: Patient) -> Line:
    """Has every subscription that is paid for its plan and its credits?"""
    without_plan = patient.names(
        "select a.id from credits.accounts as a "
        "cross join lateral credits.giving_subscription(a.id) as s "
        "where a.id in (select account_id from credits.subscriptions) "
        "and s.id is not null and a.plan_subscription_id is distinct from s.id order by 1"
    )
    if without_plan:
        return fail(
            "subscriptions",
            f"paid for, but the plan is another: {some(without_plan)}",
            "pgcredits doctor --account ID; pgcredits reconcile",
        )
    unpaid = patient.names(
        "select account_id from credits.subscriptions where credits.is_live(status) "
        "and livemode = credits.livemode(provider) and not is_paused and status <> 'past_due' "
        "and coalesce(paid_until_at, trial_end_at, created_at) < now() - interval '3 days'"
        " order by 1"
    )
    if unpaid:
        return warn(
            "subscriptions",
            f"the paid period is over and no invoice was told: {some(unpaid)}",
            f"the credits come with invoice.paid: {_ENDPOINT}",
        )
    [(live, late)] = patient.ask(
        "select count(*), count(*) filter (where status = 'past_due') "
        "from credits.subscriptions where credits.is_live(status)"
    )
    return ok("subscriptions", f"{live} live, {late} of them with a late payment")
