"""``pgcredits stripe``: sync the catalog to Stripe, check it, retry events, charge top-ups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import click

from edge.jobs.checks import check
from edge.jobs.portal import sync_portal
from edge.jobs.prices import Change, is_live, sync_mode, sync_prices
from edge.jobs.topups import run_topups
from scripts.database import connect
from scripts.errors import CannotRunError
from scripts.stopping import until_signalled
from scripts.stripe_access import Access, read_config, stripe_access

_MOST_EVENTS = 10_000


@click.group("stripe")
def stripe_commands() -> None:
    """Sync the catalog to Stripe, check it, retry events, charge top-ups.

    The settings are those of the edge, in the environment: docs/stripe.md lists them.
    """


@stripe_commands.command("sync")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--leave-live", is_flag=True, help="Go back from live payments to the test mode.")
def sync_command(dry_run: bool, leave_live: bool) -> None:
    """Bring the plans and packs of the catalog in force to Stripe, and store their ids.

    Prices are found by their lookup keys; one whose terms changed is archived and replaced. Run
    twice, the second time changes nothing. The database takes the mode of STRIPE_MODE from then
    on, but never the test mode after the live one, unless --leave-live says so.
    """
    changed = False
    with stripe_access() as access, _kept(access, dry_run=dry_run):
        if not (leave_live or access.config.livemode) and is_live(access.conn):
            raise CannotRunError(
                "the database takes live payments, and STRIPE_MODE is test",
                "set the live environment, or --leave-live if you mean it",
            )
        for change in _sync(access, dry_run=dry_run):
            click.echo(change.show())
            changed = changed or change.what is not None
    if not changed:
        click.echo("nothing changes")
    elif dry_run:
        click.echo("this was a dry run: nothing was changed")


def _kept(access: Access, *, dry_run: bool) -> AbstractContextManager[object]:
    """Let a dry run see the database as it would be, and leave it as it is."""
    return access.conn.transaction(force_rollback=True) if dry_run else nullcontext()


def _sync(access: Access, *, dry_run: bool) -> Iterator[Change]:
    yield sync_mode(access.conn, access.client, livemode=access.config.livemode)
    yield from sync_prices(access.conn, access.client, dry_run=dry_run)
    yield sync_portal(access.conn, access.client, access.config.billing_url, dry_run=dry_run)


@stripe_commands.command("check")
@click.pass_context
def check_command(ctx: click.Context) -> None:
    """Find what at Stripe is not as the rules count on: key, mode, webhook, prices, portal.

    One line for each, beginning with the rule's name; the exit status is then 1. It is 2 when the
    check cannot run.
    """
    found = False
    with stripe_access() as access:
        config = access.config
        for finding in check(
            access.conn, access.client, config.billing_url, livemode=config.livemode
        ):
            click.echo(finding.show())
            found = True
    if found:
        ctx.exit(1)
    click.echo("no findings")


@stripe_commands.command("retry")
@click.argument("event_ids", metavar="[EVENT_ID]...", nargs=-1)
@click.pass_context
def retry_command(ctx: click.Context, event_ids: tuple[str, ...]) -> None:
    """Apply stored events again: all that failed or wait, or the named ones, quarantined too.

    One line for each: id, type, state, reason. Exit status 1 when some still fail.
    """
    failed = False
    with connect(autocommit=True) as conn:
        rows = conn.execute(
            "select id, type, state, reason from credits.list_open_stripe_events(%s)",
            [_MOST_EVENTS],
        ).fetchall()
        found = {event_id: (kind, state, reason) for event_id, kind, state, reason in rows}
        for event_id in event_ids or found:
            kind, state, reason = found.get(event_id, ("-", None, None))
            if event_ids or state != "quarantined":
                retry = "select state, reason from credits.retry_stripe_event(%s)"
                ((state, reason),) = conn.execute(retry, [event_id]).fetchall()
            click.echo(" ".join(filter(None, (event_id, kind, state, reason))))
            failed = failed or state == "failed"
    if not (event_ids or found):
        click.echo("no event is open")
    if failed:
        ctx.exit(1)


@stripe_commands.command("topup")
@click.option("--limit", default=100, show_default=True, help="Accounts at most, of each round.")
@click.option("--watch", type=click.FloatRange(min=0.1), help="Seconds from one round to the next.")
@click.pass_context
def topup_command(ctx: click.Context, limit: int, watch: float | None) -> None:
    """Charge the saved cards of accounts whose credits ran low and which asked for it.

    One line for each account. Exit status 1 when some could not be charged for a reason that is
    not the customer's, and is tried again. With --watch it goes on until it is ended, by SIGTERM
    or SIGINT, and then ends between two accounts.
    """
    config = read_config()
    with until_signalled() as stop:
        while True:
            is_smooth = True
            try:
                with stripe_access(config) as access:
                    for outcome in run_topups(
                        access.conn, access.client, livemode=config.livemode, limit=limit
                    ):
                        click.echo(outcome.show())
                        is_smooth = is_smooth and outcome.state in ("paid", "paused")
                        if stop.is_set():
                            break
            except CannotRunError as error:
                if watch is None:
                    raise
                error.show()  # the next round may find it mended
            if watch is None or stop.wait(watch):
                break
    if not (is_smooth or watch):
        ctx.exit(1)
