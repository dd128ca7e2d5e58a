"""Terms, costs and models of a catalog that mean nothing: refused with their file and line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scripts.catalog_file import BrokenCatalogError, load_catalog
from tests.pricing.charges import nothing_changes
from tests.pricing.test_broken_catalogs import HEAD, PLAN, SMS
from tests.support import Connection, apply_catalog
from tests.wallets import call_all, refused

QUANTITY = "[custom_quantity]\nminimum = 10\nmaximum = 100\n"
REFERRAL = "[referral]\nreferrer_credits = 5\nreferee_credits = 5\n"
MODEL = '[[models]]\ncode = "m"\nname = "M"\nprovider = "P"\ntier = "cheap"\n'
COST = "[models.cost]\ninput = 1\noutput = 2\n"
TIER = "[[models.cost.above]]\ncontext_tokens = 1000\n"
PER_1M = "credits_per_1m_tokens = { input = 1, output = 2 }\n"

# What is appended to HEAD, and what the reader says: the line, the place, the problem.
BROKEN = {
    "a day without a time": ('effective_at = "2026-12-01"\n', ":5: effective_at: '2026-12-01' is"),
    "a credit of nothing": ("base_price_per_credit = 0\n", ":5: base_price_per_credit: 0 is less"),
    "a misspelt markup": ("[markup]\nmodel = 0.1\n", ":6: markup.model: unknown key"),
    "a markup below cost": ("markup.models = -0.1\n", ":5: markup.models: -0.1 is less than"),
    "a markup in percent": ("[markup]\n\nmodels = 1500\n", ":7: markup.models: 1500 is greater"),
    "a quantity without bounds": (
        "[custom_quantity]\nminimum = 10\n",
        ":5: custom_quantity: 'maximum' is a required",
    ),
    "a misspelt quantity": (QUANTITY + "step = 10\n", ":8: custom_quantity.step: unknown key"),
    "a quantity of nothing": (
        "[custom_quantity]\nminimum = 0\nmaximum = 9\n",
        ":6: custom_quantity.minimum: 0 is less than or equal",
    ),
    "a minimum above the maximum": (
        "[custom_quantity]\nminimum = 101\nmaximum = 100\n",
        ":6: custom_quantity.minimum: 101 is greater than the maximum 100",
    ),
    "a misspelt tier of quantity": (
        QUANTITY + "bulk_tiers = [\n    { from = 20, discount_percent = 5 },\n"
        "    { from = 30, percent = 10, discount_percent = 10 },\n]\n",
        ":10: custom_quantity.bulk_tiers[1].percent: unknown key",
    ),
    "a gift": (
        QUANTITY + "[[custom_quantity.bulk_tiers]]\nfrom = 20\ndiscount_percent = 100\n",
        ":10: custom_quantity.bulk_tiers[0].discount_percent: 100 is greater",
    ),
    "the same quantity twice": (
        QUANTITY + ("[[custom_quantity.bulk_tiers]]\nfrom = 20\ndiscount_percent = 1\n" * 2),
        ":12: custom_quantity.bulk_tiers[1].from: 20 does not rise above 20",
    ),
    "fees without a method": ("[fees]\nprocessor_percent = 2.9\n", ":5: fees: 'method' is a req"),
    "fees by no method": ('[fees]\nmethod = "net"\n', ":6: fees.method: 'net' is not one of"),
    "fees of everything": (
        'fees = { method = "gross_up", processor_percent = 100 }\n',
        ":5: fees.processor_percent: 100 is greater than or equal",
    ),
    "part of a cent as fee": (
        '[fees]\nmethod = "additive"\nprocessor_fixed_cents = 0.3\n',
        ":7: fees.processor_fixed_cents: 0.3 is not of type 'integer'",
    ),
    "a misspelt grace": ("[subscriptions]\ngrace = 3\n", ":6: subscriptions.grace: unknown key"),
    "an upgrade at no time": (
        '[subscriptions]\nupgrade = "later"\n',
        ":6: subscriptions.upgrade: 'later' is not one of",
    ),
    "a downgrade at no time": (
        'subscriptions = { downgrade = "never" }\n',
        ":5: subscriptions.downgrade: 'never' is not one of",
    ),
    "ups and downs at once": (
        '[subscriptions]\nupgrade = "now"\ndowngrade = "now"\n',
        ":7: subscriptions.downgrade: upgrades count now as well, and one of the two must wait",
    ),
    "downs at once, and ups as usual": (
        'subscriptions = { downgrade = "now" }\n',
        ":5: subscriptions.downgrade: upgrades count now as well, and one of the two must wait",
    ),
    "a grace of a month and more": (
        "[subscriptions]\ngrace_hours = 721\n",
        ":6: subscriptions.grace_hours: 721 is greater than the maximum of 720",
    ),
    "a grace before the end": (
        "[subscriptions]\ngrace_hours = -1\n",
        ":6: subscriptions.grace_hours: -1 is less than the minimum of 0",
    ),
    "part of an hour": (
        "[subscriptions]\ngrace_hours = 0.5\n",
        ":6: subscriptions.grace_hours: 0.5 is not of type 'integer'",
    ),
    "a trial of years": (PLAN + "trial_days = 731\n", ":8: plans[0].trial_days: 731 is greater"),
    "a trial of less than nothing": (PLAN + "trial_days = -7\n", ":8: plans[0].trial_days: -7 is"),
    "a negative trial": (PLAN + "trial_credits = -1\n", ":8: plans[0].trial_credits: -1 is less"),
    "no requests": (
        PLAN + "requests_per_minute = 0\n",
        ":8: plans[0].requests_per_minute: 0 is less than the minimum of 1",
    ),
    "ten requests a second and more": (
        PLAN + "requests_per_minute = 601\n",
        ":8: plans[0].requests_per_minute: 601 is greater than the maximum of 600",
    ),
    "half a request": (
        PLAN + "requests_per_minute = 0.5\n",
        ":8: plans[0].requests_per_minute: 0.5 is not of type 'integer'",
    ),
    "a cap of nothing": (
        PLAN + "monthly_purchase_cap_cents = 0\n",
        ":8: plans[0].monthly_purchase_cap_cents: 0 is less than or equal to the minimum of 0",
    ),
    "a cap of part of a cent": (
        PLAN + "monthly_purchase_cap_cents = 500.5\n",
        ":8: plans[0].monthly_purchase_cap_cents: 500.5 is not of type 'integer'",
    ),
    "no day for a refund": ("refund_days = 0\n", ":5: refund_days: 0 is less than the minimum"),
    "decades for a refund": ("refund_days = 3651\n", ":5: refund_days: 3651 is greater than"),
    "part of a day": ("refund_days = 1.5\n", ":5: refund_days: 1.5 is not of type 'integer'"),
    "a limit below nothing": (
        "approval_credits = -1\n",
        ":5: approval_credits: -1 is less than the minimum of 0",
    ),
    "a limit in words": (
        'approval_credits = "all"\n',
        ":5: approval_credits: 'all' is not of type",
    ),
    "a balance that is low below nothing": (
        "low_balance_percent = -0.5\n",
        ":5: low_balance_percent: -0.5 is less than the minimum of 0",
    ),
    "a balance that is always low": (
        "low_balance_percent = 100.5\n",
        ":5: low_balance_percent: 100.5 is greater than the maximum of 100",
    ),
    "a reward for one, and nothing said of the other": (
        "[referral]\nreferrer_credits = 5\n",
        ":5: referral: 'referee_credits' is a required property",
    ),
    "a reward for the other alone": (
        "referral = { referee_credits = 5 }\n",
        ":5: referral: 'referrer_credits' is a required property",
    ),
    "a misspelt reward": (
        REFERRAL + "refered_credits = 5\n",
        ":8: referral.refered_credits: unknown key",
    ),
    "a reward that takes": (
        "referral = { referrer_credits = -5, referee_credits = 5 }\n",
        ":5: referral.referrer_credits: -5 is less than the minimum of 0",
    ),
    "a reward for nobody": (
        REFERRAL + "maximum_rewards = 0\n",
        ":8: referral.maximum_rewards: 0 is less than the minimum of 1",
    ),
    "a first purchase of less than nothing": (
        REFERRAL + "minimum_cents = -1\n",
        ":8: referral.minimum_cents: -1 is less than the minimum of 0",
    ),
    "an unknown source": ('[cost_source]\nurl = "x"\n', ":6: cost_source.url: unknown key"),
    "a plan that pays you": (PLAN + "discount_percent = -5\n", ":8: plans[0].discount_percent: -5"),
    "a negative cost": (SMS + "cost = -0.01\n", ":8: services[0].cost: -0.01 is less than"),
    "a cost without a unit": (
        '[[services]]\ncode = "sms"\ncost = 1\n',
        ":5: services[0]: 'unit' is a dependency of 'cost'",
    ),
    "whole units of nothing": (
        '[[services]]\ncode = "sms"\nbase = 1\nwhole_units = true\n',
        ":5: services[0]: no price: credits or cost",
    ),
    "crossed bounds of a charge": (
        SMS + "credits = 1\nminimum_credits = 5\nmaximum_credits = 4.5\n",
        ":9: services[0].minimum_credits: 5 is greater than the maximum_credits 4.5",
    ),
    "a misspelt rounding of a service": (
        SMS + 'credits = 1\nrounding = { modus = "up" }\n',
        ":9: services[0].rounding.modus: unknown key",
    ),
    "a price twice": (
        MODEL + "credits_per_1k_tokens = 1\n" + PER_1M,
        ":11: models[0].credits_per_1m_tokens: a second price",
    ),
    "a price without output": (
        MODEL + "credits_per_1m_tokens = { input = 1 }\n",
        ":10: models[0].credits_per_1m_tokens: 'output' is a required property",
    ),
    "an unknown class of tokens": (
        MODEL + COST + "image = 5\n",
        ":13: models[0].cost.image: unknown key",
    ),
    "the sentinel -1": (
        MODEL + COST.replace("2", "-1"),
        ":12: models[0].cost.output: -1 is less than the minimum of 0",
    ),
    "a misspelt key of a tier": (
        MODEL + COST + TIER + "input = 2\nouput = 4\n",
        ":16: models[0].cost.above[0].ouput: unknown key",
    ),
    "a negative price in a tier": (
        MODEL + COST + TIER + "input = 2\n" + TIER.replace("1000", "2000") + "input = -2\n",
        ":18: models[0].cost.above[1].input: -2 is less than the minimum of 0",
    ),
    "a capability that is none": (
        MODEL + 'capabilities = ["tools", "smell"]\n' + PER_1M,
        ":10: models[0].capabilities[1]: 'smell' is not one of",
    ),
    "a context of nothing": (
        MODEL + "context_tokens = 0\n" + PER_1M,
        ":10: models[0].context_tokens: 0 is less than the minimum of 1",
    ),
    "a day that is none": (
        MODEL + 'deprecated_at = "2026-02-30"\n' + PER_1M,
        ":10: models[0].deprecated_at: '2026-02-30' is not a date, such as 2026-12-01",
    ),
}
# What the database takes without harm: the order of tiers means nothing there.
MISLEADING = {
    "a time without its offset": (
        "effective_at = 2026-12-01T00:00:00\n",
        ":5: effective_at: '2026-12-01T00:00:00' is not a time with its offset",
    ),
    "quantities that fall": (
        QUANTITY + "bulk_tiers = [\n    { from = 30, discount_percent = 5 },\n"
        "    { from = 20, discount_percent = 1 },\n]\n",
        ":10: custom_quantity.bulk_tiers[1].from: 20 does not rise above 30",
    ),
    "contexts that fall": (
        MODEL + COST + TIER + "input = 2\n" + TIER.replace("1000", "500") + "input = 1\n",
        ":17: models[0].cost.above[1].context_tokens: 500 does not rise above 1000",
    ),
    "contexts of a price that fall": (
        MODEL + "[models.credits_per_1m_tokens]\ninput = 1\noutput = 2\nabove = [\n"
        "    { context_tokens = 9, input = 2 }, { context_tokens = 9, input = 3 },\n]\n",
        ":14: models[0].credits_per_1m_tokens.above[1].context_tokens: 9 does not rise above 9",
    ),
    "a tier without a price": (
        MODEL + COST + TIER,
        ":13: models[0].cost.above[0]: {'context_tokens': 1000} does not have enough properties",
    ),
    "a checksum that is none": (
        '[cost_source]\nname = "litellm"\nsha256 = "abc"\n',
        ":7: cost_source.sha256: 'abc' does not match",
    ),
    "the same capability twice": (
        MODEL + 'capabilities = ["tools", "tools"]\n' + PER_1M,
        ":10: models[0].capabilities: ['tools', 'tools'] has non-unique elements",
    ),
}


@pytest.mark.parametrize(
    ("text", "problem"), [*BROKEN.values(), *MISLEADING.values()], ids=[*BROKEN, *MISLEADING]
)
def test_a_broken_file_is_refused_with_file_and_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + text)
    with pytest.raises(BrokenCatalogError) as caught:
        load_catalog(path)
    message = caught.value.format_message()
    assert message.startswith(f"{path}{problem}")
    assert "\n" not in message


@pytest.mark.parametrize("text", [text for text, _ in BROKEN.values()], ids=BROKEN)
def test_the_database_refuses_it_too(db: Connection, text: str) -> None:
    apply_catalog(db, "docs-chat")
    with nothing_changes(db), refused(db, "22023", "invalid_catalog") as detail:
        call_all(db, "apply_credit_catalog", catalog=tomllib.loads(HEAD + text))
    assert detail["problem"]
