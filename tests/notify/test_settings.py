"""The settings of the channels: what is missing or cannot be right is named, without secrets."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from edge.config import ConfigError
from edge.notify_config import NotifyConfig, SmtpServer
from tests.notify.endpoints import SECRET
from tests.notify.notifying import Desk, put_gift

MAIL = {
    "SMTP_URL": "smtps://shop:hunter2@mail.example",
    "CREDITS_MAIL_FROM": '"Shop, Inc." <credits@shop.example>',
    "CREDITS_SITE_URL": "https://shop.example/",
}
HOOK = {
    "CREDITS_WEBHOOK_URL": "https://ops.example/hook/?token=hunter2",
    "CREDITS_WEBHOOK_SECRET": SECRET,
}


def test_a_complete_environment_is_read() -> None:
    operators = {"CREDITS_ALERT_EMAIL": "a@shop.example, B <b@shop.example>,"}
    config = NotifyConfig.from_environment(MAIL | HOOK | operators)
    assert config.mail is not None
    assert config.hook is not None
    assert config.mail.server == SmtpServer("mail.example", 465, "tls", "shop", "hunter2")
    assert config.mail.sender == Address("Shop, Inc.", "credits", "shop.example")
    assert config.mail.operators == ("a@shop.example", "b@shop.example")
    assert config.mail.site_url == "https://shop.example"
    assert config.hook.url == "https://ops.example/hook/?token=hunter2"
    assert len(config.hook.key) == 24
    assert "hunter2" not in repr(config)
    assert repr(config.hook.key) not in repr(config)


def test_each_channel_may_be_alone_or_missing() -> None:
    assert NotifyConfig.from_environment(MAIL).hook is None
    assert NotifyConfig.from_environment(HOOK | {"SMTP_URL": " "}).mail is None
    assert NotifyConfig.from_environment({}) == NotifyConfig(None, None)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25, "plain")),
        ("smtp://mail.example:2525/", SmtpServer("mail.example", 2525, "plain")),
        ("smtp://mail.example?starttls=1", SmtpServer("mail.example", 587, "starttls")),
        ("smtps://a%40b:c%2Fd@[::1]", SmtpServer("::1", 465, "tls", "a@b", "c/d")),
        ("smtp://a:b@localhost:25", SmtpServer("localhost", 25, "plain", "a", "b")),
    ],
)
def test_the_address_of_a_server_says_how_it_is_spoken_to(url: str, server: SmtpServer) -> None:
    config = NotifyConfig.from_environment(MAIL | {"SMTP_URL": url}).mail
    assert config is not None
    assert config.server == server


@pytest.mark.parametrize("name", [*MAIL, *HOOK])
def test_a_channel_that_is_set_up_by_half_is_named(name: str) -> None:
    environment = MAIL | HOOK
    del environment[name]
    with pytest.raises(ConfigError, match=name):
        NotifyConfig.from_environment(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://[mail"),
        ("SMTP_URL", "smtp://mail.example:x"),
        ("SMTP_URL", "smtp://mail.example?starttls=0&x=hunter2"),
        ("SMTP_URL", "smtps://mail.example?starttls=1"),
        ("SMTP_URL", "smtps://hunter2@mail.example"),
        ("SMTP_URL", "smtps://shop:hünter2@mail.example"),
        ("SMTP_URL", "smtp://shop:hunter2@mail.example"),
        ("CREDITS_MAIL_FROM", "Shop"),
        ("CREDITS_MAIL_FROM", "a@shop.example, b@shop.example"),
        ("CREDITS_MAIL_FROM", "Shop <a@shop.example>\r\nBcc: eve@evil.example"),
        ("CREDITS_ALERT_EMAIL", "ops"),
        ("CREDITS_ALERT_EMAIL", "a@shop.example; b@shop.example"),
        ("CREDITS_ALERT_EMAIL", "a@shop.example,, b@shop.example"),
        ("CREDITS_SITE_URL", "shop.example"),
        ("CREDITS_WEBHOOK_URL", "ops.example/hook"),
        ("CREDITS_WEBHOOK_URL", "https://ops:hunter2@ops.example"),
        ("CREDITS_WEBHOOK_SECRET", SECRET.removeprefix("whsec_")),
        ("CREDITS_WEBHOOK_SECRET", "whsec_hunter2"),
        ("CREDITS_WEBHOOK_SECRET", "whsec_aHVudGVyMg=="),
    ],
)
def test_a_value_that_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as refusal:
        NotifyConfig.from_environment({**MAIL, **HOOK, name: value})
    assert "hunter2" not in str(refusal.value)


def test_without_any_channel_the_command_says_what_to_set(bare_desk: Desk) -> None:
    result = bare_desk.run()
    assert result.exit_code == 2
    assert "no channel is set up" in result.output
    for name in ("SMTP_URL", "CREDITS_MAIL_FROM", *HOOK):
        assert name in result.output


def test_a_channel_that_is_asked_for_must_be_set_up(hooked: Desk) -> None:
    result = hooked.run("--channel", "email")
    assert (result.exit_code, "SMTP_URL" in result.output) == (2, True)


def test_only_the_channel_that_is_asked_for_is_used(hooked: Desk, desk: Desk) -> None:
    hooked.environment |= desk.environment
    notice_id = put_gift(hooked.conn)
    assert hooked.run("--channel", "webhook").output == f"webhook {notice_id} gift: sent\n"
    assert hooked.run().output == f"email {notice_id} gift: sent\n"


def test_that_nobody_hears_of_what_goes_wrong_is_said(desk: Desk) -> None:
    assert "CREDITS_ALERT_EMAIL" not in desk.run().output
    del desk.environment["CREDITS_ALERT_EMAIL"]
    assert "CREDITS_ALERT_EMAIL is not set" in desk.run().output
    desk.environment["SMTP_URL"] = "smtp://[hunter2"
    result = desk.run()
    assert (result.exit_code, "hunter2" in result.output) == (2, False)
