"""``pgcredits reconcile``: compare the payments here with Stripe's, and repair what was lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import psycopg

from edge.config import Config
from edge.jobs.inbox import Inbox
from edge.jobs.reconciliation import Reconciliation, Report
from edge.jobs.stripe_lists import StripeLists, UnreadableError
from scripts.errors import CannotRunError, CommandError
from scripts.stripe_access import read_config, stripe_access

_TIMEOUT_SECONDS = 40.0  # a page of a hundred objects takes longer than a checkout
_AGAIN = "what was repaired stays repaired; run the same command again"


@click.command()
@click.option(
    "--since",
    "days",
    type=click.IntRange(1, 3650),
    default=60,
    show_default=True,
    metavar="DAYS",
    help="How far back to look.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing, and say what would be repaired.")
def reconcile(days: int, dry_run: bool) -> None:
    """Compare with Stripe both ways, and repair what lost webhooks left undone.

    It may run at any time, in parallel too. Exit status 0: all agrees or is repaired; 1: something
    differs; 2: Stripe or the database could not be read to the end.
    """
    since = datetime.now(UTC) - timedelta(days=days)
    with stripe_access(replace(read_config(), stripe_timeout=_TIMEOUT_SECONDS)) as access:
        _check_mode(access.conn, access.config)
        lists = StripeLists(access.client, lambda line: click.echo(line, err=True))
        inbox = Inbox(access.conn, access.config.livemode, dry_run)
        try:
            report = Reconciliation(inbox, lists, since).run()
        except UnreadableError as error:
            raise CannotRunError(str(error), _AGAIN) from error
    _show(report, dry_run)


def _check_mode(conn: psycopg.Connection[Any], config: Config) -> None:
    [(livemode,)] = conn.execute("select livemode from credits.get_provider('stripe')").fetchall()
    if livemode is not config.livemode:
        modes = {True: "live", False: "test"}
        raise CannotRunError(
            f"the database takes Stripe's {modes[livemode]} mode, STRIPE_MODE is "
            f"{modes[config.livemode]}",
            "pgcredits stripe check",
        )


def _show(report: Report, dry_run: bool) -> None:
    repaired, differing = report.repaired, report.differing
    for line in repaired.values():
        click.echo(f"{'would repair' if dry_run else 'repaired'} {line}")
    for line in differing.values():
        click.echo(f"differs: {line}")
    click.echo(
        f"{report.read:,} read, {report.agreed:,} agree, {len(repaired):,} "
        f"{'to repair' if dry_run else 'repaired'}, {len(differing):,} differ"
    )
    if differing:
        raise CommandError(f"{len(differing)} differ from Stripe", "docs/stripe.md says what to do")
    if dry_run and repaired:
        raise CommandError(
            f"{len(repaired)} would be repaired", "run the same command without --dry-run"
        )
