"""What ``scripts/run`` executes: start the local stack, play the main job, and stay up."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import click
import httpx
import psycopg
from postgrest.exceptions import APIError

from scripts.catalog_file import CATALOGS
from scripts.database import URL, connect, describe
from scripts.dev.demo import add_demo_users
from scripts.dev.main_job import MainJob
from scripts.dev.stack import DEFAULT_CATALOG, SITE_URL, Stack
from scripts.dev.story import Story, WrongAnswerError
from scripts.dev.web import WEB, ensure_pages
from scripts.errors import CommandError

LOCAL = Path(__file__).resolve().parents[2] / ".local"
HIGHEST_BASE = 65531
MAINTENANCE_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAREWELL = """
The stack stays up until you press Ctrl-C.

  Pages        {pages}
{sign_ins}

  Gateway      {stack.url}
  Edge         {stack.edge_url}
  Stripe       {stack.stripe_url}
  Database     psql '{stack.database_url}'
  Anon key     {stack.keys.anon}
  Service key  {stack.keys.service}
  Log          {log}

The environment, for pgcredits in .venv/bin:
  export CREDITS_DATABASE_URL='{stack.database_url}' CREDITS_SITE_URL='{stack.edge_config.site_url}'
  export STRIPE_API_BASE={stack.stripe_url} STRIPE_SECRET_KEY={stack.keys.stripe}
  export STRIPE_WEBHOOK_SECRET={stack.keys.webhook} SUPABASE_JWT_SECRET={stack.keys.jwt_secret}
"""
USER = """
  User         {user.email}
  Token        {user.token}

Ask for the user's balance:
  curl -s {stack.url}/rest/v1/rpc/get_credit_balance -H 'apikey: {stack.keys.anon}' \\
    -H 'Authorization: Bearer {user.token}'

Buy a pack: open the url of the answer in a browser and press Pay.
  curl -s {stack.edge_url}/api/credits/checkout -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer {user.token}' \\
    -d '{{"package": "{package}"}}'
"""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--once", is_flag=True, help="Stop after the scenario.")
@click.option(
    "--catalog",
    type=click.Choice(sorted(path.stem for path in CATALOGS.glob("*.toml"))),
    default=DEFAULT_CATALOG,
    show_default=True,
    help="The price list.",
)
@click.option(
    "--port-base",
    type=click.IntRange(1024, HIGHEST_BASE),
    help="PostgreSQL's port; the gateway, Stripe, the edge and the pages have the next four."
    "  [free ports]",
)
@click.option(
    "--site-url",
    envvar="CREDITS_SITE_URL",
    help="Your application: a buyer goes back there, and its pages may call the edge."
    f"  [the pages, or {SITE_URL} without them]",
)
@click.option(
    "--pages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Serve these pages, built already.  [those of web/, built first]",
)
@click.option("--no-pages", is_flag=True, help="Serve no pages.")
def main(
    once: bool,
    catalog: str,
    port_base: int | None,
    site_url: str | None,
    pages: Path | None,
    no_pages: bool,
) -> None:
    """Start everything here, play the main job (sign up, spend, buy, be renewed), serve pages.

    The database is CREDITS_DATABASE_URL where that is set, else a new one that vanishes.
    """
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, _stop)
    if os.environ.get(URL):
        connect().close()  # it says what is wrong with the address, without its password
    log = _open_log()
    say("pgcredits: a local stack. Nothing leaves this machine, and no card is charged.\n\n")
    folder, why_not = (None, "") if once else _find_pages(pages, no_pages)
    try:
        with Stack(catalog, port_base, os.environ.get(URL), site_url, folder, say) as stack:
            job = _play(stack)
            if not once:
                _take_leave(stack, job, log, why_not)
                _wait(stack)
    except psycopg.Error as error:
        raise describe(error) from error


def say(text: str) -> None:
    """Print a part of a line at once."""
    click.echo(text, nl=False)


def _find_pages(given: Path | None, unwanted: bool) -> tuple[Path | None, str]:
    """Return the pages to serve; or None and in a line why there are none to be had."""
    if given or unwanted:
        return given, "--no-pages"
    try:
        return ensure_pages(WEB, say), ""
    except CommandError as error:
        say(f"The pages are not served: {error}\n\n")
        return None, error.message.splitlines()[0].rstrip(":")


def _take_leave(stack: Stack, job: MainJob | None, log: str, why_not: str) -> None:
    """Say what a person can open, call and sign in with."""
    player = job.user.email if job else None
    stack.demo_users += add_demo_users(stack.auth, stack.database_url, player)
    pages = stack.pages_url or f"not served: {why_not}"
    sign_ins = "\n".join(
        f"    {user.label:<22}{user.email:<24}{user.password}" for user in stack.demo_users
    )
    say(FAREWELL.format(stack=stack, log=log, pages=pages, sign_ins=sign_ins))
    if job:
        say(USER.format(stack=stack, user=job.user, package=job.packages[0]["code"]))


def _play(stack: Stack) -> MainJob | None:
    story = Story()
    job = MainJob(stack, story)
    if not job.can_be_played:
        say("\nThis catalog has no packs or no services: there is no scenario to play.\n")
        return None
    try:
        job.play()
    except (WrongAnswerError, APIError, httpx.HTTPError) as error:
        raise CommandError(f"step {story.steps} ({story.title}): {error}") from error
    say(f"\nAll {story.steps} steps gave the right answers, in {story.seconds:.1f} s.\n")
    return job


def _open_log() -> str:
    """Send what the servers log to a file, and return its path."""
    name = f"run-{os.getuid()}.log"
    try:
        LOCAL.mkdir(exist_ok=True)
        path = LOCAL / name
        path.write_text("")
    except OSError:  # the repository is somebody else's
        path = Path(tempfile.mkdtemp(prefix="pgcredits-log-")) / name
    logging.basicConfig(
        filename=path, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    return str(path)


def _stop(number: int, _: FrameType | None) -> None:
    """End the program from where it is; every part is stopped on the way out."""
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


def _wait(stack: Stack) -> None:
    """Do once a minute what a scheduler has to, until a signal comes."""
    try:
        with psycopg.connect(stack.database_url, autocommit=True) as conn:
            while True:
                conn.execute("select public.run_credit_maintenance()")
                for _ in range(MAINTENANCE_SECONDS):
                    time.sleep(1)  # a signal just before signal.pause() would be lost to it
    finally:
        say("\nStopping …\n")


if __name__ == "__main__":
    main(prog_name="scripts/run")
