"""``pgcredits cron``: all that has to be done from time to time, for schedulers outside SQL."""

from __future__ import annotations

import json
from collections import Counter

import click

from scripts.database import connect


@click.command()
@click.option("--rounds", default=100, show_default=True, help="Calls at most; one is one batch.")
@click.option("--integrity", is_flag=True, help="Check all books instead; schedule it daily.")
@click.pass_context
def cron(ctx: click.Context, rounds: int, integrity: bool) -> None:
    """Run the maintenance until nothing is left to do, and print what was done.

    Exit status 1 when a call fails, or the books are wrong; what the calls before it did stays.
    """
    if integrity:
        with connect(autocommit=True) as conn:
            [(violations,)] = conn.execute("select credits.run_integrity()").fetchall()
        click.echo(json.dumps({"violations": violations}))
        if violations:
            click.echo("docs/operations.md says what to do about wrong books", err=True)
            ctx.exit(1)
        return
    total: Counter[str] = Counter()
    finished = False
    with connect(autocommit=True) as conn:
        while rounds and not finished:
            row = conn.execute("select public.run_credit_maintenance()").fetchone()
            counts = {k: v for k, v in (row[0] if row else {}).items() if isinstance(v, int)}
            total.update(counts)
            finished = not any(counts.values())
            rounds -= 1
    click.echo(json.dumps(total))
    if not finished:
        click.echo("more is left: run pgcredits cron again, or with more --rounds", err=True)
