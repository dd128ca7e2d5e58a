"""``pgcredits catalog plan|apply|lint``: a readable difference, a version, an exact number."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from scripts.catalog_file import CATALOGS, to_json
from tests.pricing.catalogs import Run, run_on
from tests.support import sign_up

SHOP = """\
code = "shop"
name = "Shop"
currency = "usd"
list_price_per_credit = 0.10

[[plans]]
code = "free"
name = "Free"
welcome_credits = 5

[[services]]
code = "sms"
unit = "message"
credits = 0.123456789
"""

PLANNED = "{}; nothing is applied, it would take effect at once\n"


@pytest.fixture
def run(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call ``pgcredits catalog`` on a database of the test's own."""
    return run_on(fresh_db, monkeypatch)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(SHOP)
    return path


def versions(dsn: str) -> list[int]:
    with psycopg.connect(dsn) as conn:
        return [row[0] for row in conn.execute("select version from credits.catalogs order by 1")]


def edit(path: Path, old: str, new: str) -> None:
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))


def test_a_first_catalog_is_planned_then_applied(run: Run, fresh_db: str, shop: Path) -> None:
    added = (
        "+ catalog shop\n"
        '    currency: "usd"\n'
        "    list_price_per_credit: 0.10\n"
        '    name: "Shop"\n'
        "+ plan free\n"
        '    name: "Free"\n'
        "    welcome_credits: 5\n"
        "+ service sms\n"
        "    credits: 0.123456789\n"
        '    unit: "message"\n'
    )
    planned = run("plan", shop)
    assert (planned.exit_code, planned.output) == (0, added + PLANNED.format("3 added"))
    assert versions(fresh_db) == []
    applied = run("apply", shop)
    assert (applied.exit_code, applied.output) == (0, added + "3 added; version 1 is in force\n")
    assert versions(fresh_db) == [1]


def test_a_change_is_shown_key_by_key(run: Run, fresh_db: str, shop: Path) -> None:
    run("apply", shop)
    edit(shop, "credits = 0.123456789", "credits = 0.2")
    edit(shop, 'unit = "message"', 'unit = "message"\ndescription = "Per SMS"')
    edit(shop, "welcome_credits = 5\n", "")
    changed = (
        "~ plan free\n"
        "    welcome_credits: 5 -> none\n"
        "~ service sms\n"
        "    credits: 0.123456789 -> 0.2 (+62 %)\n"
        '    description: none -> "Per SMS"\n'
    )
    assert run("plan", shop).output == changed + PLANNED.format("2 changed")
    assert run("apply", shop).output == changed + "2 changed; version 2 is in force\n"
    assert versions(fresh_db) == [1, 2]


def test_a_removed_item_is_one_line(run: Run, shop: Path) -> None:
    run("apply", shop)
    shop.write_text(SHOP.partition("[[services]]")[0])
    assert run("plan", shop).output == "- service sms\n" + PLANNED.format("1 removed")


def test_the_same_file_again_changes_nothing(run: Run, fresh_db: str, shop: Path) -> None:
    run("apply", shop)
    edit(shop, "0.10", "0.1")
    assert run("plan", shop).output == "nothing changes\n"
    assert run("apply", shop).output == "version 1 is in force: nothing changes\n"
    assert versions(fresh_db) == [1]


@pytest.mark.parametrize("command", ["plan", "apply"])
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("credits = 0.123456789", "credits = -1", ":14: services[0].credits: -1 is less than"),
        ("credits = 0.123456789", "credits = 0", ":11: sms: a price of nothing, but not free"),
        ("credits = 0.123456789", "credits =", "Invalid value (at line 14, column 10)"),
        (
            "credits = 0.123456789",
            'credits = 1\n[subscriptions]\ndowngrade = "now"',
            ":16: subscriptions.downgrade: upgrades count now as well",
        ),
    ],
)
def test_a_broken_file_is_status_2_and_one_line(
    run: Run, fresh_db: str, shop: Path, command: str, old: str, new: str, problem: str
) -> None:
    edit(shop, old, new)
    result = run(command, shop)
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.startswith(f"Error: {shop}")
    assert problem in line
    assert versions(fresh_db) == []


def test_a_broken_file_is_told_without_a_database(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDITS_DATABASE_URL")
    edit(shop, "credits = 0.123456789", "credit = 1")
    for command in ("plan", "apply"):
        result = run(command, shop)
        assert result.exit_code == 2
        assert result.output == f"Error: {shop}:14: services[0].credit: unknown key\n"


def test_a_file_that_is_not_there_is_status_2(run: Run, tmp_path: Path) -> None:
    result = run("plan", tmp_path / "none.toml")
    assert result.exit_code == 2
    assert result.output == f"Error: {tmp_path}/none.toml: No such file or directory\n"


def test_a_plan_in_use_is_status_1_with_what_to_do(run: Run, fresh_db: str, shop: Path) -> None:
    run("apply", shop)
    with psycopg.connect(fresh_db) as conn:
        sign_up(conn)
    edit(shop, 'code = "free"', 'code = "basic"')
    result = run("apply", shop)
    assert result.exit_code == 1
    assert 'Error: plan_in_use (PT409): {"plan": "free"}' in result.output
    assert "Next: " in result.output
    assert versions(fresh_db) == [1]


def test_numbers_arrive_exactly_as_they_are_written(run: Run, fresh_db: str, shop: Path) -> None:
    edit(shop, "credits = 0.123456789", "credits = 123456789012.123456789")
    edit(shop, "0.10", "0.100000000000000005")
    run("apply", shop)
    with psycopg.connect(fresh_db) as conn:
        query = (
            "select p.credits, c.list_price_per_credit, c.content ->> 'list_price_per_credit' "
            "from credits.prices as p inner join credits.catalogs as c using (version)"
        )
        assert conn.execute(query).fetchall() == [
            (
                Decimal("123456789012.123456789"),
                Decimal("0.100000000000000005"),
                "0.100000000000000005",
            )
        ]


def test_every_shipped_catalog_can_replace_another(run: Run) -> None:
    files = sorted(CATALOGS.glob("*.toml"))
    assert len(files) > 1
    for number, path in enumerate([*files, *reversed(files[:-1])], 1):
        result = run("apply", path)
        assert result.exit_code == 0, result.output
        assert result.output.endswith(f"version {number} is in force\n")


def test_json_keeps_decimals_and_escapes_text() -> None:
    value = {'a"b': [Decimal("0.10"), 1, True, None, "é\n"], "c": {}, "d": Decimal("1E+3")}
    assert to_json(value) == '{"a\\"b": [0.10, 1, true, null, "\\u00e9\\n"], "c": {}, "d": 1E+3}'


def test_a_new_order_of_a_list_is_shown(run: Run, fresh_db: str, shop: Path) -> None:
    free = '[[plans]]\ncode = "free"\nname = "Free"\nwelcome_credits = 5\n'
    pro = '[[plans]]\ncode = "pro"\nname = "Pro"\n'
    edit(shop, free, free + pro)
    run("apply", shop)
    edit(shop, free + pro, pro + free)
    ordered = '~ order plans\n    ["free", "pro"] -> ["pro", "free"]\n'
    assert run("plan", shop).output == ordered + PLANNED.format("1 changed")
    assert run("apply", shop).output == ordered + "1 changed; version 2 is in force\n"
    assert versions(fresh_db) == [1, 2]
