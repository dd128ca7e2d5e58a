"""What the commands that talk to Stripe need: the edge's settings and client, and the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import stripe

from edge.config import Config, ConfigError
from edge.errors import reason_of
from edge.stripe_api import stripe_client
from scripts.database import connect, describe
from scripts.errors import CannotRunError, CommandError

_AGAIN = "what was done stays; mend the cause and run the same command again"


@dataclass(frozen=True)
class Access:
    """The database, in autocommit, and Stripe, in the mode of the settings."""

    conn: psycopg.Connection[Any]
    client: stripe.StripeClient
    config: Config


def read_config() -> Config:
    """Return the settings of the environment.

    Raises:
        CannotRunError: the environment is not complete.
    """
    try:
        return Config.from_environment()
    except ConfigError as error:
        raise CannotRunError(str(error), "docs/stripe.md lists the environment") from error


@contextmanager
def stripe_access(config: Config | None = None) -> Iterator[Access]:
    """Lend the database and Stripe to a block; what ends it is told with exit status 2.

    Raises:
        CannotRunError: the settings, the database or Stripe fail.
    """
    config = config or read_config()
    try:
        # A pooler may hand each transaction to another session: nothing is prepared in one.
        with connect(autocommit=True, prepare_threshold=None) as conn:
            yield Access(conn, stripe_client(config), config)
    except CannotRunError:
        raise
    except CommandError as error:
        raise CannotRunError(error.message, error.hint) from error
    except psycopg.Error as error:
        told = describe(error)
        raise CannotRunError(told.message, told.hint) from error
    except stripe.StripeError as error:
        raise CannotRunError(f"Stripe: {reason_of(error)}", _advice(error)) from error


def _advice(error: stripe.StripeError) -> str:
    match error:
        case stripe.AuthenticationError():
            return "check STRIPE_SECRET_KEY: Stripe does not know it"
        case stripe.PermissionError():
            return "let the key do that: docs/stripe.md lists what it must permit"
    return _AGAIN
