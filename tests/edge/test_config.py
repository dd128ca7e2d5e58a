"""Configuration: what is missing or cannot be right is named before the edge serves."""

from __future__ import annotations

import pytest

from edge.config import Config, ConfigError

COMPLETE = {
    "CREDITS_DATABASE_URL": "postgresql://edge:hunter2@db.example/app",
    "CREDITS_SITE_URL": "https://shop.example/",
    "STRIPE_SECRET_KEY": "sk_test_hunter2",
    "STRIPE_WEBHOOK_SECRET": "whsec_hunter2",
    "SUPABASE_JWT_SECRET": "hunter2",
}


def test_a_complete_environment_is_read() -> None:
    config = Config.from_environment(COMPLETE | {"SUPABASE_URL": "https://x.supabase.example/"})
    assert config == Config(
        database_url="postgresql://edge:hunter2@db.example/app",
        site_url="https://shop.example",
        stripe_secret_key="sk_test_hunter2",
        stripe_webhook_secret="whsec_hunter2",
        supabase_url="https://x.supabase.example",
        supabase_jwt_secret="hunter2",
    )
    assert config.stripe_timeout == 10
    assert not config.livemode
    assert config.billing_url == "https://shop.example/billing"


def test_secrets_are_not_shown() -> None:
    assert "hunter2" not in repr(Config.from_environment(COMPLETE))


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_name_that_is_not_set_is_named(name: str, value: str | None) -> None:
    environment = {**COMPLETE, name: value or ""}
    if value is None:
        del environment[name]
    with pytest.raises(ConfigError, match=name):
        Config.from_environment(environment)


@pytest.mark.parametrize("name", ["SUPABASE_JWT_SECRET", "SUPABASE_URL"])
def test_one_way_to_prove_tokens_is_enough(name: str) -> None:
    environment = {k: v for k, v in COMPLETE.items() if k != "SUPABASE_JWT_SECRET"}
    Config.from_environment(environment | {name: "https://x.supabase.example"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREDITS_SITE_URL", "shop.example"),
        ("CREDITS_SITE_URL", "javascript:alert(1)"),
        ("CREDITS_SITE_URL", "//shop.example"),
        ("CREDITS_SITE_URL", "https://"),
        ("CREDITS_SITE_URL", "https://shop.example/?a=b"),
        ("CREDITS_SITE_URL", "https://shop.example/#a"),
        ("CREDITS_SITE_URL", "https://shop.example@evil.example"),
        ("CREDITS_SITE_URL", "https://shop.example/\r\nX: y"),
        ("CREDITS_SITE_URL", "https://[shop"),
        ("SUPABASE_URL", "file:///etc/passwd"),
        ("STRIPE_API_BASE", "127.0.0.1:12111"),
        ("STRIPE_SECRET_KEY", "pk_test_x"),
        ("STRIPE_SECRET_KEY", "sk_live_x"),
        ("STRIPE_MODE", "Live"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_x"),
        ("NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY", "sk_test_x"),
    ],
)
def test_a_value_that_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as refusal:
        Config.from_environment({**COMPLETE, name: value})
    assert "hunter2" not in str(refusal.value)


def test_live_keys_go_with_live_mode_and_the_true_stripe() -> None:
    live = COMPLETE | {
        "STRIPE_MODE": "live",
        "STRIPE_SECRET_KEY": "rk_live_x",
        "STRIPE_PUBLISHABLE_KEY": "pk_live_x",
    }
    config = Config.from_environment(live)
    assert (config.stripe_secret_key, config.livemode) == ("rk_live_x", True)
    with pytest.raises(ConfigError, match="STRIPE_API_BASE"):
        Config.from_environment(live | {"STRIPE_API_BASE": "http://127.0.0.1:12111"})
