"""A mail server on 127.0.0.1 that keeps what it is given: nothing is sent anywhere."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Letter:
    """A message as it came in; sender and recipients are those of the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    def text(self, kind: str = "plain") -> str:
        """Return the part that is ``plain`` text, or the one that is ``html``."""
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


class Mailbox:
    """The server, for the length of a ``with`` block.

    Attributes:
        letters: what was taken, oldest first.
        port: where it listens.
    """

    def __init__(self, **options: Any) -> None:
        """Describe the server.

        Args:
            options: of ``aiosmtpd.controller.Controller``, such as ``authenticator``.
        """
        self.letters: list[Letter] = []
        self.port = _free_port()
        self._controller = Controller(self, "127.0.0.1", self.port, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """Its address, as SMTP_URL has it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        """Take a message."""
        message = message_from_bytes(envelope.content, policy=default)
        self.letters.append(Letter(envelope.mail_from, tuple(envelope.rcpt_tos), message))
        return "250 taken"


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port
