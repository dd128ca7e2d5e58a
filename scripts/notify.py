"""``pgcredits notify``: send what the outbox holds, by e-mail and to an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import click
import psycopg

from edge.config import ConfigError
from edge.jobs.hooks import Endpoint
from edge.jobs.mail import Mailer
from edge.jobs.notices import Channel, deliver
from edge.notify_config import NotifyConfig
from scripts.database import connect, describe
from scripts.errors import CannotRunError, CommandError
from scripts.stopping import until_signalled

_MOST_DEAD = 1000
_SETTINGS = {
    "email": "set SMTP_URL and CREDITS_MAIL_FROM",
    "webhook": "set CREDITS_WEBHOOK_URL and CREDITS_WEBHOOK_SECRET",
}


@click.group(invoke_without_command=True)
@click.option("--watch", type=click.FloatRange(min=0.1), help="Seconds from one round to the next.")
@click.option(
    "--channel",
    "names",
    type=click.Choice(list(_SETTINGS)),
    multiple=True,
    help="Send over this one only.  [all that are set up]",
)
@click.pass_context
def notify(ctx: click.Context, watch: float | None, names: tuple[str, ...]) -> None:
    """Send the notices that are due, and try again those that failed: docs/notifications.md.

    One line for each: channel, number, topic, and what became of it. Exit status 1 when some could
    not be sent. With --watch it goes on until it is ended, by SIGTERM or SIGINT, and then ends
    between two notices.
    """
    if ctx.invoked_subcommand:
        return
    channels = _open_channels(names)
    with until_signalled() as stop:
        while True:
            is_smooth = True
            try:
                is_smooth = _send_due(channels, stop)
            except (CommandError, psycopg.Error) as error:
                if watch is None:
                    raise
                # The next round may find it mended.
                (error if isinstance(error, CommandError) else describe(error)).show()
            if watch is None or stop.wait(watch):
                break
    if not (is_smooth or watch):
        ctx.exit(1)


@notify.command("dead")
def dead_command() -> None:
    """List the deliveries that were given up after eight attempts, the latest notice first."""
    with connect(autocommit=True) as conn:
        rows = conn.execute(
            "select id, channel, nullif(recipient, ''), topic, settled_at, error "
            "from credits.list_dead_notices(%s)",
            [_MOST_DEAD],
        ).fetchall()
    for notice_id, channel, recipient, topic, settled_at, error in rows:
        to = f" to {recipient}" if recipient else ""
        click.echo(f"{notice_id} {channel} {topic}{to}, {settled_at:%Y-%m-%d %H:%M}: {error}")
    if not rows:
        click.echo("no notice is dead")


@notify.command("retry")
@click.argument("notice_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
def retry_command(notice_id: int) -> None:
    """Try the dead deliveries of a notice again, from the first attempt on."""
    with connect(autocommit=True) as conn:
        ((count,),) = conn.execute("select credits.revive_notice(%s)", [notice_id]).fetchall()
    if not count:
        raise CommandError(f"the notice {notice_id} has nothing dead", "pgcredits notify dead")
    click.echo(f"{count} {'delivery is' if count == 1 else 'deliveries are'} due again")


def _open_channels(names: Sequence[str]) -> list[Channel]:
    """Return the channels of these names, or all that are set up.

    Raises:
        CannotRunError: one is not set up, or none is.
    """
    try:
        config = NotifyConfig.from_environment()
    except ConfigError as error:
        raise CannotRunError(str(error), "docs/notifications.md lists the environment") from error
    channels: dict[str, Channel] = {}
    if config.mail:
        channels["email"] = Mailer(config.mail)
    if config.hook:
        channels["webhook"] = Endpoint(config.hook)
    for name in names:
        if name not in channels:
            raise CannotRunError(f"the channel {name} is not set up", _SETTINGS[name])
    if not channels:
        raise CannotRunError("no channel is set up", ", or ".join(_SETTINGS.values()))
    chosen = [channels[name] for name in dict.fromkeys(names or channels)]
    if any(it.name == "email" and not it.operators for it in chosen):
        click.echo("CREDITS_ALERT_EMAIL is not set: no operator is mailed", err=True)
    return chosen


def _send_due(channels: Sequence[Channel], stop: Event) -> bool:
    """Send what is due over the channels, until told to stop; return whether all was sent."""
    is_smooth = True
    # A pooler may hand each transaction to another session: nothing is prepared in one.
    with connect(autocommit=True, prepare_threshold=None) as conn:
        conn.execute("select credits.note_silent_jobs()")
        for channel in channels:
            for delivery in deliver(conn, channel):
                click.echo(delivery.show())
                is_smooth = is_smooth and delivery.error is None
                if stop.is_set():
                    return is_smooth
    return is_smooth
