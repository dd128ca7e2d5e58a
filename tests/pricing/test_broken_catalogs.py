"""Catalogs that mean nothing, or not what they seem to.

The reader of files refuses them, and so does the database when they are sent there directly.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scripts.catalog import apply
from scripts.catalog_file import BrokenCatalogError, load_catalog, read_schema
from tests.pricing.charges import nothing_changes
from tests.support import Connection, apply_catalog
from tests.wallets import call_all, refused

HEAD = """\
code = "shop"
name = "Shop"
currency = "usd"
list_price_per_credit = 0.1
"""
SMS = '[[services]]\ncode = "sms"\nunit = "message"\n'
CALL = '[[services]]\ncode = "call"\n'
PACK = '[[packages]]\ncode = "small"\nname = "Small"\n'
PLAN = '[[plans]]\ncode = "pro"\nname = "Pro"\n'
MODEL = '[[models]]\ncode = "m"\nname = "M"\nprovider = "P"\n'

# What is appended to HEAD, and what the reader says: the line, the place, the problem.
BROKEN = {
    "an unknown key": ("colour = 1\n", ":5: colour: unknown key"),
    "an unknown section": ('[[bundles]]\ncode = "x"\n', ":5: bundles: unknown key"),
    "a misspelt rounding": ("[rounding]\nplace = 2\n", ":6: rounding.place: unknown key"),
    "an unknown rounding": (
        '[rounding]\nmode = "down"\n',
        ":6: rounding.mode: 'down' is not one of ['half_up', 'up']",
    ),
    "ten places": (
        "rounding = { places = 10 }\n",
        ":5: rounding.places: 10 is greater than the maximum of 9",
    ),
    "a misspelt price": (SMS + "credit = 1\n", ":8: services[0].credit: unknown key"),
    "no price": (CALL, ":5: services[0]: no price: credits, cost, base, tools or meters"),
    "no price left": (SMS, ":5: services[0]: no price: credits or cost"),
    "no unit": (CALL + "credits = 1\n", ":5: services[0]: 'unit' is a dependency of 'credits'"),
    "a negative price": (
        SMS + "credits = -0.5\n",
        ":8: services[0].credits: -0.5 is less than the minimum of 0",
    ),
    "a price that is text": (
        SMS + 'credits = "NaN"\n',
        ":8: services[0].credits: 'NaN' is not of type 'number'",
    ),
    "a price beyond all bounds": (SMS + "credits = 1e13\n", ":8: services[0].credits: "),
    "a unit size of nothing": (
        SMS + "credits = 1\nunit_size = 0\n",
        ":9: services[0].unit_size: 0 is less than or equal to the minimum of 0",
    ),
    "a misspelt key of a meter": (
        CALL + '[services.meters.images]\nunit = "image"\nunitsize = 2\ncredits = 1\n',
        ":9: services[0].meters.images.unitsize: unknown key",
    ),
    "a meter of ours": (
        CALL + 'meters = { tokens = { unit = "token", credits = 1 } }\n',
        ":7: services[0].meters: 'tokens' should not be valid",
    ),
    "a meter named like a tool": (
        CALL + 'meters = { "tool:docs" = { unit = "x", credits = 1 } }\n',
        ":7: services[0].meters: 'tool:docs' does not match",
    ),
    "a tool without a number": (CALL + 'tools = { docs = "five" }\n', ":7: services[0].tools.docs"),
    "a pack for nothing": (
        PACK + "credits = 5\nprice_cents = 0\n",
        ":9: packages[0].price_cents: 0 is less than or equal to the minimum of 0",
    ),
    "a pack of nothing": (PACK + "credits = 0\nprice_cents = 5\n", ":8: packages[0].credits: 0 is"),
    "a pack without a price": (PACK + "credits = 5\n", ":5: packages[0]: 'price_cents' is a req"),
    "part of a cent": (
        PACK + "credits = 5\nprice_cents = 9.5\n",
        ":9: packages[0].price_cents: 9.5 is not of type 'integer'",
    ),
    "a negative bonus": (
        PACK + "credits = 5\nprice_cents = 5\nbonus_credits = -1\n",
        ":10: packages[0].bonus_credits: -1 is less",
    ),
    "a priced plan that is never billed": (
        PLAN + "price_cents = 900\n",
        ":5: plans[0]: 'billing_interval' is a dependency of 'price_cents'",
    ),
    "an interval that is none": (
        PLAN + 'billing_interval = "week"\n',
        ":8: plans[0].billing_interval: 'week' is not one of",
    ),
    "a negative allowance": (PLAN + "monthly_credits = -1\n", ":8: plans[0].monthly_credits: -1"),
    "features that are no list": (PLAN + 'features = "API"\n', ":8: plans[0].features: 'API' is"),
    "a code with spaces": (
        '[[plans]]\ncode = "the plan"\nname = "Pro"\n',
        ":6: plans[0].code: 'the plan' does not match",
    ),
    "a model without a tier": (
        MODEL + "credits_per_1k_tokens = 1\n",
        ":5: models[0]: 'tier' is a required property",
    ),
    "a model without a price": (
        MODEL + 'tier = "cheap"\n',
        ":5: models[0]: no price: credits_per_1k_tokens, credits_per_1m_tokens or cost",
    ),
    "plans that are no list": ('[plans]\ncode = "pro"\n', " is not of type 'array'"),
    "the second of two": (
        SMS + "credits = 1\n" + CALL + "# none\nbase = -1\n",
        ":12: services[1].base: -1 is less than the minimum of 0",
    ),
    "a code used twice": (
        SMS + "credits = 1\n" + SMS + "credits = 2\n",
        ":10: services[1].code: sms is used twice, services[0] has it too",
    ),
    "a code of two packs": (
        PACK + "credits = 1\nprice_cents = 1\n" + PACK + "credits = 2\nprice_cents = 1\n",
        ":11: packages[1].code: small is used twice, packages[0] has it too",
    ),
    "a model with a service's code": (
        SMS + "credits = 1\n" + MODEL.replace('"m"', '"sms"', 1) + 'tier = "cheap"\n'
        "credits_per_1k_tokens = 1\n",
        ":10: models[0].code: sms is used twice, services[0] has it too",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_before_and_by_the_database(
    db: Connection, tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + text)
    with pytest.raises(BrokenCatalogError) as caught:
        load_catalog(path)
    assert caught.value.exit_code == 2
    message = caught.value.format_message()
    assert message.startswith(f"{path}:")
    assert problem in message
    assert "\n" not in message

    apply_catalog(db, "docs-chat")
    with nothing_changes(db):
        with refused(db, "22023", "invalid_catalog") as detail:
            call_all(db, "apply_credit_catalog", catalog=tomllib.loads(HEAD + text))
        assert detail["problem"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SMS + "credits = 0\n", ":5: sms: a price of nothing, but not free"),
        (
            PLAN + SMS + "credits = 1\n" + CALL + "base = 1\ntools = { docs = 0 }\n",
            ":12: call: a price of nothing, but not free",
        ),
        (MODEL + 'tier = "cheap"\ncredits_per_1k_tokens = 0\n', ":5: m: a price of nothing"),
        (PACK + "credits = 1.0000000001\nprice_cents = 1\n", ": value for domain credits.amount"),
    ],
)
def test_what_only_the_database_can_see_is_a_broken_file_as_well(
    db: Connection, tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + text)
    apply_catalog(db, "docs-chat")
    with nothing_changes(db):
        with pytest.raises(BrokenCatalogError) as caught, db.transaction():
            apply(db, path)
        assert caught.value.format_message().startswith(f"{path}{problem}")


@pytest.mark.parametrize(
    "catalog",
    [
        "null",
        "[]",
        "5",
        '{"code": "shop", "name": "Shop", "currency": "usd"}',
        '{"code": "shop", "name": "Shop", "currency": "usd", "list_price_per_credit": null}',
        '{"code": "shop", "name": "Shop", "currency": "usd", "list_price_per_credit": 1,'
        ' "plans": 5}',
        '{"code": "shop", "name": "Shop", "currency": "usd", "list_price_per_credit": 1,'
        ' "services": [{"code": "sms", "unit": "message", "credits": null}]}',
        '{"code": "shop", "name": "Shop", "currency": "usd", "list_price_per_credit": 1,'
        ' "services": [{"code": null, "unit": "message", "credits": 1}]}',
    ],
)
def test_json_that_no_file_can_hold_is_refused_too(db: Connection, catalog: str) -> None:
    apply_catalog(db, "docs-chat")
    with nothing_changes(db), refused(db, "22023", "invalid_catalog"):
        call_all(db, "apply_credit_catalog", catalog=catalog)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"code = ", "Invalid value (at end of document)"),
        (b"code = 'x'\ncode = 'y'\n", "Cannot overwrite a value (at line 2, column 11)"),
        (b"code = 'x'\n# \xff\xfe", ":2: 'utf-8' codec can't decode"),
        (
            b"list_price_per_credit = nan\n",
            ":1: list_price_per_credit: NaN is not a number that a catalog can have",
        ),
        (
            b"\na = [1, { b = -inf }]\n",
            ":2: a[1].b: -Infinity is not a number that a catalog can have",
        ),
        (b"a = 1e99999999999999999999\n", ": 1e99999999999999999999 is beyond all numbers"),
        (b"a = 1e-37\n", ":1: a: 1E-37 has more than 36 decimal places"),
        (b"a = " + b"[" * 100_000, ": it is nested too deep"),
        (b"a" + b".a" * 10_000 + b" = 1\n", ": it is nested too deep"),
    ],
)
def test_a_file_that_is_no_catalog_at_all_is_one_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes(content)
    with pytest.raises(BrokenCatalogError) as caught:
        load_catalog(path)
    assert caught.value.format_message().startswith(f"{path}:")
    assert problem in caught.value.format_message()
    assert "\n" not in caught.value.format_message()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogError, match="No such file or directory"):
        load_catalog(tmp_path / "none.toml")


def test_the_schema_has_exactly_the_keys_that_the_database_knows(db: Connection) -> None:
    sections = {"plans", "packages", "services", "models"}
    kinds = {
        kind: rule["properties"].keys() - (sections if kind == "catalog" else set())
        for kind, rule in read_schema()["$defs"].items()
        if "properties" in rule
    }
    assert len(kinds) == 16
    for kind, properties in kinds.items():
        row = db.execute("select credits.catalog_keys(%s)", [kind]).fetchone()
        assert row is not None
        assert sorted(properties) == sorted(row[0]), kind


def test_the_schema_reserves_the_same_names_of_meters_as_the_database(db: Connection) -> None:
    row = db.execute("select credits.reserved_meters()").fetchone()
    assert row is not None
    assert sorted(read_schema()["$defs"]["meter_name"]["not"]["enum"]) == sorted(row[0])
