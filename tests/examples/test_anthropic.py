"""The real client of Anthropic, against a local stand-in for its API."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask, Response, request

from scripts.dev.stripe import listen, serving
from tests.examples.back_end import BackEnd, Json, open_back_end, until

pytest.importorskip("anthropic")
from examples.chat.anthropic_model import AnthropicModel

CHAT = "/api/chat"
PROMPT = {"prompt": "Why are there two tides a day?"}
TEXTS = ["The moon ", "pulls ", "at the sea."]
START: Json = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 400, "output_tokens": 1},
    },
}
END: list[Json] = [
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 100},
    },
    {"type": "message_stop"},
]
OVERLOADED: Json = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


class Api:
    """What the API is to answer, and what it was asked.

    Attributes:
        ends: the events after the texts; None for texts that never cease.
        asked: the body of the last request.
        is_left: nobody reads the answer any more.
    """

    def __init__(self) -> None:
        self.ends: list[Json] | None = END
        self.asked: Json = {}
        self.is_left = Event()

    def events(self) -> Iterator[Json]:
        """Yield the events of a message."""
        yield START
        yield _delta(*TEXTS)
        while self.ends is None:
            time.sleep(0.02)
            yield _delta("and on ")
        yield from self.ends

    def stream(self) -> Iterator[str]:
        """Yield them as they are sent."""
        try:
            for event in self.events():
                yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
        finally:
            self.is_left.set()


def _delta(*texts: str) -> Json:
    text = "".join(texts)
    return {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": text},
    }


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    api = Api()
    app = Flask("messages")

    @app.post("/v1/messages")
    def create() -> Response:
        assert request.headers["Authorization"] == "Bearer a key"
        api.asked = request.get_json()
        return Response(api.stream(), mimetype="text/event-stream")

    listener = listen()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a key")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
    with serving(app, listener):
        yield api


@pytest.fixture
def back_end(fresh_db: str, api: Api) -> Iterator[BackEnd]:
    assert api.ends
    with open_back_end(fresh_db, AnthropicModel("claude-haiku-4-5")) as opened:
        yield opened


def test_the_tokens_that_it_counted_are_charged(back_end: BackEnd, api: Api) -> None:
    ada = back_end.sign_up(10)
    *texts, (last, end) = ada.read(CHAT, PROMPT)
    assert "".join(str(text) for _, text in texts) == "".join(TEXTS)
    assert (last, end["usage"]) == ("done", {"input_tokens": 400, "output_tokens": 100})
    assert end["cost"] == pytest.approx(1.0)
    assert (api.asked["model"], api.asked["max_tokens"]) == ("claude-haiku-4-5", 500)
    assert api.asked["messages"] == [{"role": "user", "content": PROMPT["prompt"]}]


@pytest.mark.parametrize("ends", [[OVERLOADED], []])
def test_an_answer_that_breaks_off_is_a_failure_and_costs_nothing(
    back_end: BackEnd, api: Api, ends: list[Json]
) -> None:
    api.ends = ends
    ada = back_end.sign_up(10)
    (first, _), (last, end) = ada.read(CHAT, PROMPT)
    assert (first, last, end["message"], end["available"]) == (
        "text",
        "error",
        "model_failed",
        10,
    )
    assert ada.charges == []


def test_who_leaves_in_the_middle_pays_for_the_prompt_and_the_text_so_far(
    back_end: BackEnd, api: Api
) -> None:
    api.ends = None
    ada = back_end.sign_up(10)
    with ada.open(CHAT, PROMPT) as (_, events):
        next(events)
    until(lambda: ada.holds == [("captured", None)])
    until(api.is_left.is_set)
    assert -float(ada.charges[0][1]) > 400 * 0.002
