"""A hold as a ``with`` block: what becomes of it when the work in the block fails."""

from __future__ import annotations

import logging
from unittest.mock import create_autospec

import psycopg
import pytest

from edge.errors import EdgeError
from examples.holds import Hold


def hold_around(error: Exception, released: Exception | None = None) -> Hold:
    """Return a hold of no database that has seen this error go by; ``release`` was recorded."""
    hold = Hold.__new__(Hold)
    release = create_autospec(hold.release, side_effect=released)
    hold.release = release  # type: ignore[method-assign]
    with pytest.raises(type(error)) as raised, hold:
        raise error
    assert raised.value is error
    return hold


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (psycopg.OperationalError("connection to 10.0.0.7 failed: /run/x"), "The work failed"),
        (EdgeError(422, "22023", "unreadable_document", "Try UTF-8."), "unreadable_document"),
    ],
)
def test_the_ledger_is_told_no_text_of_an_error_but_the_token_of_a_refusal(
    error: Exception, reason: str
) -> None:
    hold_around(error).release.assert_called_once_with(reason)  # type: ignore[attr-defined]


def test_a_release_that_fails_is_logged_and_hides_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        hold_around(TimeoutError("no answer"), psycopg.OperationalError("hold_not_open"))
    assert "A hold was not released" in caplog.text
