"""Notices sent by e-mail, as text and as HTML."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import ClassVar

from edge.jobs.mail_address import mail_address
from edge.jobs.mail_texts import UnwritableError, write
from edge.jobs.notices import ChannelDownError, DeliveryError, Notice
from edge.notify_config import MailConfig

_SECONDS = 10
_LONGEST_REASON = 300
# Every server takes it, and no line is too long.
_POLICY = SMTP.clone(cte_type="7bit")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True)
class Mailer:
    """The channel ``email``.

    Attributes:
        tls: whom a connection believes.
    """

    config: MailConfig
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: ClassVar[str] = "email"

    @property
    def operators(self) -> tuple[str, ...]:
        """The addresses of those who run the system."""
        return self.config.operators

    def send(self, notice: Notice) -> None:
        """Hand a notice to the mail server.

        Raises:
            DeliveryError: it cannot be written, the server refuses it, or, ChannelDownError, the
                server does not serve.
        """
        try:
            recipient = mail_address(notice.recipient)
            message = self.compose(notice, recipient)
        except (UnwritableError, ValueError) as error:
            raise DeliveryError(_reason(error)) from error
        with closing(self._connect()) as server:
            try:
                server.send_message(message, self.config.sender.addr_spec, [recipient.addr_spec])
            except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused) as error:
                raise ChannelDownError(_reason(error)) from error
            except smtplib.SMTPException as error:
                raise DeliveryError(_reason(error)) from error
            except OSError as error:
                raise ChannelDownError(_reason(error)) from error
            # The server has it: how it takes leave changes nothing.
            with suppress(OSError):
                server.quit()

    def compose(self, notice: Notice, recipient: Address) -> EmailMessage:
        """Write a notice as a message.

        Raises:
            UnwritableError: there are no words for it.
        """
        text = write(notice, self.config.site_url)
        message = EmailMessage(_POLICY)
        message["From"] = self.config.sender
        message["To"] = recipient
        message["Subject"] = text.subject
        message["Date"] = datetime.now(UTC)
        message["Message-ID"] = f"<notice-{notice.reference}@{self.config.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.plain)
        message.add_alternative(text.html, subtype="html")
        return message

    def _connect(self) -> smtplib.SMTP:
        """Return a connection on which mail can be sent.

        Raises:
            ChannelDownError: there is none to be had.
        """
        at = self.config.server
        try:
            with ExitStack() as cleanup:
                if at.security == "tls":
                    server: smtplib.SMTP = smtplib.SMTP_SSL(
                        at.host, at.port, timeout=_SECONDS, context=self.tls
                    )
                else:
                    server = smtplib.SMTP(at.host, at.port, timeout=_SECONDS)
                cleanup.callback(server.close)
                if at.security == "starttls":
                    server.starttls(context=self.tls)
                if at.user:
                    server.login(at.user, at.password)
                cleanup.pop_all()
                return server
        except OSError as error:
            raise ChannelDownError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Say on one line what went wrong: the server's words, where it said any."""
    code: object = type(error).__name__
    words: object = error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return _UNPRINTABLE.sub(" ", f"{code} {said}")[:_LONGEST_REASON]
