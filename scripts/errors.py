"""The errors that a command shows to a person: what is wrong, and what to do next."""

from __future__ import annotations

import click


class CommandError(click.ClickException):
    """A failure of a command, shown as one line and a hint, with exit status 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def format_message(self) -> str:
        """Return the message, and the hint on a line of its own."""
        return f"{self.message}\nNext: {self.hint}" if self.hint else self.message

    def __str__(self) -> str:
        return self.format_message()


class CannotRunError(CommandError):
    """Something that a command needs is missing or does not serve: exit status 2."""

    exit_code = 2
