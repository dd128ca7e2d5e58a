"""``pgcredits import balances``: what users have in another credit system, as opening grants."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg.types.json import Jsonb

from scripts.balance_rows import Row, is_uuid, read_rows, stage_csv, stage_table
from scripts.database import connect
from scripts.errors import CommandError

BATCH = 1000
DIGITS = 200  # of sums, so that none is rounded
_KNOWN = "select id::text from auth.users where id = any(%s::uuid[]) and deleted_at is null"
_OPEN = "select public.open_credit_account(user_id => u) from unnest(%s::uuid[]) as u"
_OPEN_EXTERNAL = "select public.open_credit_account(external_id => u) from unnest(%s::text[]) as u"
_BOOKED = """
select t.account_id, t.amount
from unnest(%s::uuid[], %s::text[]) as s (account_id, key)
inner join credits.transactions as t
    on s.account_id = t.account_id and s.key = t.key and t.scope = 'service'
"""
_ADD = """
select public.add_credits(
    account_id => s.account_id, amount => s.amount, source => 'opening', key => s.key,
    description => 'Opening balance', metadata => s.kept
)
from unnest(%s::uuid[], %s::numeric[], %s::text[], %s::jsonb[])
    as s (account_id, amount, key, kept)
"""
IMPORTED, BEFORE, ZERO = "imported", "imported before", "zero"

Connection = psycopg.Connection[Any]


@dataclass
class Report:
    """What became of the rows, by the words for it; sums are credits."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    sums: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    booked: Decimal = Decimal(0)

    def note(self, outcome: str, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        self.counts[outcome] += 1
        self.sums[outcome] += row.amount or 0

    @property
    def skipped(self) -> list[str]:
        """The reasons for which rows were left out, in order."""
        return sorted(self.counts.keys() - {IMPORTED, BEFORE, ZERO})

    @property
    def total(self) -> Decimal:
        """What the source has, as far as it is numbers."""
        return sum(self.sums.values(), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """What the source has, less what was left out and what the history here has of it."""
        return self.total - sum(self.sums[it] for it in self.skipped) - self.booked


@click.command()
@click.option("--from", "table", help="The table, such as public.profiles.")
@click.option("--csv", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user-column", help="Who (default: user_id, id or external_id).")
@click.option("--credits-column", help="How much (default: credits, balance or current_credits).")
@click.option("--name", help="What the import is called in the keys (default: the table, or csv).")
@click.option("--external", is_flag=True, help="Users are your application's own, not auth.users'.")
@click.option("--dry-run", is_flag=True, help="Write nothing, and say what would come of it.")
@click.pass_context
def balances(
    ctx: click.Context,
    table: str | None,
    file: Path | None,
    user_column: str | None,
    credits_column: str | None,
    name: str | None,
    external: bool,
    dry_run: bool,
) -> None:
    """Bring balances in from a table of the same database, or from a CSV file.

    Each becomes an opening grant, once: run again, it goes on where it ended. A row that cannot be
    taken exactly as it is gets a line with the reason. Exit status 1 when there is such a row.
    """
    if (table is None) == (file is None):
        raise click.UsageError("say --from TABLE or --csv FILE")
    report = Report()
    with connect(autocommit=True) as conn, localcontext(prec=DIGITS):
        if file is not None:
            stage_csv(conn, file, user_column, credits_column)
        source = "csv" if table is None else stage_table(conn, table, user_column, credits_column)
        booking = _Booking(conn, name or source, report, external=external)
        [(count,)] = conn.execute("select count(*) from import_rows").fetchall()
        for batch in read_rows(conn, BATCH):
            with conn.transaction(force_rollback=dry_run):
                booking.book(batch)
            click.echo(f"{report.rows:,} of {count:,} rows", err=True)
        difference = _show(report, dry_run=dry_run)
    if difference:
        raise CommandError(
            "the history differs from the source",
            f"look at the transactions under the keys import:{booking.name}:…",
        )
    if report.skipped:
        ctx.exit(1)


@dataclass(frozen=True)
class _Booking:
    """Books rows, and reads back what the history has of them then.

    Attributes:
        name: what the import is called in the keys.
        external: users are the application's own.
    """

    conn: Connection
    name: str
    report: Report
    external: bool

    def book(self, rows: list[Row]) -> None:
        """Book a batch of rows at once; where one is refused, each in a savepoint of its own."""
        known = self._known(rows)
        sound = []
        for row in rows:
            problem = row.problem or self._problem(row, known)
            if problem:
                self._note(problem, row)
            elif row.amount:
                sound.append(row)
            else:
                self._note(ZERO, row)
        try:
            self._add(sound)
        except psycopg.Error as error:
            if not _is_refusal(error):
                raise
            for row in sound:
                self._add_alone(row)

    def _known(self, rows: list[Row]) -> set[str]:
        ids = [row.user for row in rows if is_uuid(row.user)]
        return {user_id for (user_id,) in self.conn.execute(_KNOWN, [ids])}

    def _problem(self, row: Row, known: set[str]) -> str | None:
        if self.external or not row.amount:
            return None
        if not is_uuid(row.user):
            return "no uuid (users of your own: --external)"
        return None if row.user.lower() in known else "not in auth.users"

    def _note(self, outcome: str, row: Row) -> None:
        self.report.note(outcome, row)
        if outcome not in (IMPORTED, BEFORE, ZERO):
            click.echo(f"skipped {row.user or '(nobody)'}: {outcome}: {row.text}")

    def _add_alone(self, row: Row) -> None:
        try:
            self._add([row])
        except psycopg.Error as error:
            if not _is_refusal(error):
                raise
            self._note(error.diag.message_primary or "refused", row)

    def _add(self, rows: list[Row]) -> None:
        """Add what is not there yet, all or nothing.

        Raises:
            psycopg.Error: the rules refuse one of the rows.
        """
        users = [row.user if self.external else row.user.lower() for row in rows]
        keys = [f"import:{self.name}:{user}" for user in users]
        with self.conn.transaction():
            opened = self.conn.execute(_OPEN_EXTERNAL if self.external else _OPEN, [users])
            accounts = [account_id for (account_id,) in opened]
            before = dict(self.conn.execute(_BOOKED, [accounts, keys]).fetchall())
            fresh = [
                (account_id, row.amount, key, Jsonb(row.kept))
                for account_id, row, key in zip(accounts, rows, keys, strict=True)
                if account_id not in before
            ]
            self.conn.execute(_ADD, [[row[i] for row in fresh] for i in range(4)])
            after = dict(self.conn.execute(_BOOKED, [accounts, keys]).fetchall())
        for account_id, row in zip(accounts, rows, strict=True):
            if account_id not in before or before[account_id] == row.amount:
                self.report.booked += after[account_id]
                self._note(BEFORE if account_id in before else IMPORTED, row)
            else:
                self._note(f"imported before with {_plain(before[account_id])}", row)


def _is_refusal(error: psycopg.Error) -> bool:
    """Tell a refusal of this one row from a failure that all rows would meet."""
    return (error.sqlstate or "").startswith(("PT", "22"))


def _show(report: Report, *, dry_run: bool) -> Decimal:
    """Print the report, and return the difference."""
    click.echo(f"{report.rows:,} rows of {_plain(report.total)} credits")
    for outcome in (IMPORTED, BEFORE, ZERO):
        click.echo(f"{report.counts[outcome]:,} {outcome}: {_plain(report.sums[outcome])}")
    for reason in report.skipped:
        click.echo(f"{report.counts[reason]:,} skipped, {reason}: {_plain(report.sums[reason])}")
    click.echo(f"difference {_plain(report.difference)}")
    if dry_run:
        click.echo("this was a dry run: nothing was written")
    return report.difference


def _plain(amount: Decimal) -> str:
    """Show a number whole, without zeros at its end."""
    return f"{amount.normalize():f}"
