"""What the others did, told by e-mail, played: the outbox goes to a mail server that keeps it."""

from __future__ import annotations

from collections import Counter

import psycopg

from edge.jobs.mail import Mailer
from edge.jobs.mail_address import mail_address
from edge.jobs.notices import deliver
from edge.notify_config import MailConfig, SmtpServer
from scripts.dev.mailbox import Mailbox
from scripts.dev.stack import Stack, User
from scripts.dev.story import Story

# Of the user, and of the team that the user owns.
PAYMENTS = """
select count(*)
from credits.payments as p
left join credits.members as m on m.account_id = p.account_id and m.user_id = %(user)s
where p.amount_cents > 0 and (p.account_id = %(user)s or m.role = 'owner')
"""


class MailJob:
    """The part of the scenario in which what happened is mailed."""

    def __init__(self, stack: Stack, story: Story) -> None:
        self._stack = stack
        self._story = story

    def play(self, user: User) -> None:
        """Mail the outbox, and show the first receipt of a user.

        Raises:
            WrongAnswerError: a mail was not taken, or a receipt is missing.
        """
        story = self._story
        story.step("What happened is told by e-mail")
        story.asks("pgcredits notify, with a mail server of this machine that sends nothing on")
        with (
            Mailbox() as mailbox,
            psycopg.connect(self._stack.database_url, autocommit=True) as conn,
        ):
            server = SmtpServer("127.0.0.1", mailbox.port, "plain")
            sender = mail_address("credits@example.com", "The shop")
            config = MailConfig(server, sender, (), self._stack.edge_config.site_url)
            sent = list(deliver(conn, Mailer(config)))
            ((payments,),) = conn.execute(PAYMENTS, {"user": user.id}).fetchall()
        story.equal("mails that failed", [it.show() for it in sent if it.error], [])
        story.answers(dict(Counter(it.notice.topic for it in sent)))

        story.step("The user reads the first receipt")
        letters = [it for it in mailbox.letters if it.recipients == (user.email,)]
        receipts = [it for it in letters if "receipt" in str(it.message["Subject"])]
        story.equal("the receipts", len(receipts), payments)
        story.answers({name: str(receipts[0].message[name]) for name in ("From", "To", "Subject")})
        for line in filter(None, receipts[0].text().splitlines()):
            story.note(line)
