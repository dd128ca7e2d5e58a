"""One function, one file, always in the same order: what a reader of ``sql/`` may rely on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from scripts.migrations import Tree
from tests.conventions.sources import FILES, SEARCH_PATH, FunctionFile

BODY_LINES = 70
COLUMNS = 100
# Where a failure is caught whatever it is, and why that is right.
WHEN_OTHERS = {
    "sql/functions/billing/renew_subscriptions.sql": "one account must not stop the others",
    "sql/functions/holds/release_expired_holds.sql": "one account must not stop the others",
    "sql/functions/stripe/try_stripe_event.sql": "seen is not done: the event is kept as failed",
    "sql/functions/wallet/reset_monthly_credits.sql": "one account must not stop the others",
    "sql/functions/wallet/expire_credits.sql": "one account must not stop the others",
    "sql/functions/wallet/grant_initial_credits.sql": "one user must not stop the others",
    "sql/functions/wallet/on_auth_user_change.sql": "a sign-up must never fail because of us",
}


def offenders(is_right: Callable[[FunctionFile], object]) -> list[str]:
    """List the files for which a rule does not hold."""
    assert len(FILES) > 80
    return [file.path for file in FILES if not is_right(file)]


def test_a_file_has_its_parts_in_order() -> None:
    """Header, drops, create, comment, revoke, grant: none is missing or astray."""
    assert offenders(lambda file: file.parts) == []


def test_a_file_holds_one_function_at_the_path_of_its_name() -> None:
    def is_right(file: FunctionFile) -> bool:
        _, _, domain, name = Path(file.path).with_suffix("").parts
        expected = f"{'public' if domain == 'api' else 'credits'}.{name}"
        named = {file.parts[part] for part in ("name", "commented", "revoked")}
        return named == {expected} and file.parts["granted"] in {"", expected}

    assert offenders(is_right) == []


def test_a_function_says_how_it_looks_names_up() -> None:
    assert offenders(lambda file: file.parts["search_path"] == SEARCH_PATH) == []


def test_a_body_is_short() -> None:
    assert offenders(lambda file: len(file.body.splitlines()) <= BODY_LINES) == []


def test_a_comment_is_one_sentence() -> None:
    assert offenders(lambda file: re.fullmatch(r"[A-Z][^\n]*\.", file.parts["comment"])) == []
    assert offenders(lambda file: ". " not in file.parts["comment"]) == []


def test_a_header_names_the_errors_that_its_body_raises() -> None:
    def is_right(file: FunctionFile) -> bool:
        tokens = {found.token for found in file.raises() if not found.is_internal}
        return all(token in file.parts["header"] for token in tokens)

    assert offenders(is_right) == []


def test_a_body_has_no_dynamic_sql() -> None:
    """``format`` makes texts for people, which nothing then executes."""
    words = re.compile(r"\bexecute\b|\bprepare\b|_to_xml|\bdblink|set_config\('role'", re.I)
    assert offenders(lambda file: not words.search(file.code)) == []


def test_identities_are_compared_so_that_null_denies() -> None:
    identity = r"(?:uid\(\)|\w*(?:user|owner|account)_id|caller\(\)|session_user|current_user)"
    unequal = re.compile(rf"{identity}\s*(?:<>|!=)|(?:<>|!=)\s*(?:\w+\.)*{identity}")
    assert offenders(lambda file: not unequal.search(file.code)) == []


def test_the_claim_named_role_is_never_read() -> None:
    words = re.compile(r"auth\.role\(\)|user_metadata|jwt\(\)\s*->>?\s*'role'")
    assert offenders(lambda file: not words.search(file.body)) == []


def test_failures_are_swallowed_only_where_it_was_decided() -> None:
    found = offenders(lambda file: not re.search(r"\bwhen\s+others\b", file.code))
    assert set(found) == WHEN_OTHERS.keys()


def test_every_line_of_sql_fits_the_page() -> None:
    long = [
        f"{path.relative_to(Tree().root)}:{number}"
        for path in sorted((Tree().root / "sql").rglob("*.sql"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (len(line) > COLUMNS and not line.startswith("-- source: "))
        or line != line.rstrip()
        or "\t" in line
    ]
    assert long == []


def test_no_sql_makes_an_extension_or_ends_its_transaction() -> None:
    words = re.compile(
        r"^\s*(create extension|begin\s*;|commit|rollback|start transaction|\\\w+)", re.M | re.I
    )
    files = sorted((Tree().root / "sql").rglob("*.sql"))
    assert [path.name for path in files if words.search(path.read_text())] == []
