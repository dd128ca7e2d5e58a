"""The log: one line a request, with its id, as JSON or for a person; never with a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from logging.config import dictConfig
from typing import Any

import pytest

from edge.logs import JsonFormatter, TextFormatter, clean, log_settings
from tests.edge.shop import CHECKOUT, Shop, open_shop, token
from tests.edge.test_database_down import database_down

KEY = "sk_" + "live_51Habcdefghijklmnop"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged as JSON meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("edge").setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines of the edge."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["logger"] == "edge"]


def test_a_request_is_one_line_with_the_id_that_its_answer_bears(
    shop: Shop, log: io.StringIO
) -> None:
    response = shop.http.post(f"{CHECKOUT}?email=ada@example.org", json={})
    (line,) = lines(log)
    assert line.pop("time").endswith("+00:00")
    assert line.pop("duration_ms") >= 0
    assert line == {
        "level": "info",
        "logger": "edge",
        "message": f"POST {CHECKOUT} 401",
        "request_id": response.headers["X-Request-Id"],
        "method": "POST",
        "route": CHECKOUT,
        "status": 401,
    }


def test_an_id_that_came_with_the_request_is_kept_if_it_is_one(
    shop: Shop, log: io.StringIO
) -> None:
    ids = {}
    for given in ("edge-1234.abc", "short", "x" * 65, 'in"ject{ion}', "a b c d e f"):
        answer = shop.http.post(CHECKOUT, headers={"X-Request-Id": given})
        ids[given] = answer.headers["X-Request-Id"]
    assert [given for given, kept in ids.items() if given == kept] == ["edge-1234.abc"]
    assert [line["request_id"] for line in lines(log)] == list(ids.values())


def test_health_and_metrics_do_not_fill_the_log(shop: Shop, log: io.StringIO) -> None:
    shop.http.get("/healthz")
    shop.http.get("/metrics")
    assert lines(log) == []


def test_what_fails_inside_has_its_traceback_in_the_line_of_the_same_request(
    shop: Shop, log: io.StringIO
) -> None:
    shop.query("drop function credits.open_order")
    response = shop.post(shop.sign_up(), {"package": "basic"})
    failure, request = lines(log)
    assert failure["level"] == "error"
    assert "credits.open_order" in failure["exception"]
    assert failure["request_id"] == request["request_id"] == response.headers["X-Request-Id"]
    assert request["status"] == 500


def test_no_secret_of_the_edge_or_of_a_user_is_in_the_log(
    fresh_db: str, cluster_dsn: str, log: io.StringIO
) -> None:
    with open_shop(fresh_db, stripe_secret_key=KEY) as shop:  # which the stand-in does not know
        user_id = shop.sign_up(email="ada@example.org")
        bearer = token(user_id)
        assert shop.post(user_id, {"package": "basic"}).status_code == 502
        with database_down(cluster_dsn, fresh_db):
            assert shop.post(user_id, {"package": "basic"}).status_code == 503
    assert len(lines(log)) >= 4
    for secret in (KEY, KEY[:8], bearer, bearer[:12], "ada@example.org"):
        assert secret not in log.getvalue()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"Invalid API Key: {KEY}", "Invalid API Key: sk_liv…"),
        ("whsec_0123456789abcdef!", "whsec_…!"),
        ("sb_secret_0123456789abcdef", "sb_sec…"),
        ("Authorization: Bearer abcdefghijkl", "Authorization: Bearer abcdef…"),
        ("token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0", "token eyJhbG…"),
        ("postgresql://edge:hunter2@db/app", "postgresql://…@db/app"),
        ("host=db password=hunter2hunter2 port=1", "host=db password=… port=1"),
        ("Key (email)=(ada@example.org) exists", "Key (email)=(<email>) exists"),
        ("pk_live_51Habcdefgh is for everybody", "pk_live_51Habcdefgh is for everybody"),
        ("https://example.org:8080/a", "https://example.org:8080/a"),
    ],
)
def test_of_a_secret_at_most_six_characters_stay(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter("%(message)s")])
def test_secrets_are_taken_out_wherever_they_are(formatter: logging.Formatter) -> None:
    error = ValueError(KEY)
    record = logging.makeLogRecord(
        {"msg": "%s", "args": (KEY,), "exc_info": (ValueError, error, None)}
    )
    record.given = {"key": KEY}
    record.other = KEY
    text = formatter.format(record)
    assert "sk_liv…" in text
    assert KEY[:7] not in text


def test_the_settings_are_json_or_text_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="LOG_FORMAT is json or text"):
        log_settings("xml")
    for name, formatter in (("json", JsonFormatter), ("text", TextFormatter)):
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        try:
            dictConfig(log_settings(name))
            assert type(root.handlers[0].formatter) is formatter
        finally:
            root.handlers[:], root.level = before, level
