"""The chat: what is streamed, and what it costs, when all goes well and when it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from examples.chat.models import SAYING, ModelAnswer, StandIn, StandInAnswer
from tests.examples.back_end import BackEnd, open_back_end, until

CHAT = "/api/chat"
PROMPT = {"prompt": "Why are there two tides a day?"}
WORDS = len(SAYING.split())
# 2 credits for a thousand tokens: 7 of the prompt and all words of the answer.
COST = (7 + WORDS) * 0.002


def test_a_whole_answer_is_streamed_and_its_tokens_are_charged(back_end: BackEnd) -> None:
    ada = back_end.sign_up(10)
    *texts, (last, end) = ada.read(CHAT, PROMPT)
    assert {name for name, _ in texts} == {"text"}
    assert "".join(str(text) for _, text in texts).strip() == SAYING
    assert (last, end["usage"]) == ("done", {"input_tokens": 7, "output_tokens": WORDS})
    assert end["cost"] == pytest.approx(COST)
    assert ada.holds == [("captured", None)]
    assert [(service, float(amount)) for service, amount in ada.charges] == [
        ("claude", -end["cost"])
    ]


@pytest.mark.parametrize("prompt", ["Why?", "Why /fail ?"])
def test_the_last_event_has_the_balance_that_the_database_has(
    back_end: BackEnd, prompt: str
) -> None:
    ada = back_end.sign_up(10)
    *_, (_, end) = ada.read(CHAT, {"prompt": prompt})
    told = {name: end[name] for name in ("balance", "held", "available")}
    assert told == pytest.approx({name: float(it) for name, it in ada.balances.items()})


def test_the_first_words_come_while_the_rest_is_still_held(back_end: BackEnd) -> None:
    ada = back_end.sign_up(10)
    with ada.open(CHAT, {"prompt": "Why? /slow"}) as (_, events):
        assert next(events)[0] == "text"
        assert ada.holds == [("open", None)]
        assert ada.balances["balance"] == 10
        assert ada.balances["available"] < 10
    until(lambda: ada.holds[0][0] != "open")


def test_an_answer_that_fails_half_way_costs_nothing(back_end: BackEnd) -> None:
    ada = back_end.sign_up(10)
    *texts, (last, end) = ada.read(CHAT, {"prompt": "Why? /fail"})
    assert len(texts) == WORDS // 2
    assert (last, end["message"]) == ("error", "model_failed")
    assert ada.holds == [("released", "The model failed")]
    assert ada.charges == []
    assert ada.balances["available"] == 10


def test_who_leaves_in_the_middle_pays_what_was_produced(fresh_db: str) -> None:
    model = Watched()
    with open_back_end(fresh_db, model) as back_end:
        ada = back_end.sign_up(10)
        with ada.open(CHAT, {"prompt": "Why? /slow"}) as (_, events):
            for _ in range(3):
                next(events)
        until(lambda: ada.holds == [("captured", None)])
        assert model.was_closed.is_set()
    ((_, amount),) = ada.charges
    produced = round(-float(amount) / 0.002) - 2  # the prompt has two words
    assert 3 <= produced < WORDS
    assert ada.balances["held"] == 0


def test_who_leaves_before_the_model_begins_pays_nothing(fresh_db: str) -> None:
    model = Watched(begins=False)
    with open_back_end(fresh_db, model) as back_end:
        ada = back_end.sign_up(10)
        with ada.open(CHAT, PROMPT):
            until(model.is_asked.is_set)
        until(lambda: ada.holds[0][0] != "open")
    assert ada.holds == [("released", "The client went before the model began")]
    assert ada.balances["available"] == 10


def test_without_credits_it_is_refused_with_the_numbers_before_anything_is_streamed(
    fresh_db: str,
) -> None:
    model = Watched()
    with open_back_end(fresh_db, model) as back_end:
        ada = back_end.sign_up(0)
        answer = ada.post(CHAT, json=PROMPT)
    refusal = answer.json()
    assert (answer.status_code, refusal["message"]) == (402, "insufficient_credits")
    assert answer.headers["Content-Type"] == "application/json"
    details = json.loads(refusal["details"])
    assert details["available"] == 0
    assert details["required"] > COST  # the longest answer that it may give
    assert not model.is_asked.is_set()
    assert ada.holds == []


def test_of_two_at_once_with_credits_for_one_the_other_is_refused(back_end: BackEnd) -> None:
    ada = back_end.sign_up(1.5)  # a hold is a little more than a credit
    with ada.open(CHAT, {"prompt": "Why? /slow"}) as (status, events):
        assert status == 200
        next(events)
        assert ada.post(CHAT, json=PROMPT).status_code == 402
    until(lambda: ada.holds == [("captured", None)])


def test_many_at_once_never_spend_more_than_there_is(back_end: BackEnd) -> None:
    ada = back_end.sign_up(3)
    with ThreadPoolExecutor(6) as clients:
        answers = list(clients.map(lambda _: ada.post(CHAT, json=PROMPT), range(6)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 402}
    assert statuses.count(200) == len(ada.charges)
    assert statuses.count(200) >= 2
    assert float(ada.balances["balance"]) == pytest.approx(3 - COST * statuses.count(200))
    assert ada.balances["held"] == 0


def test_a_long_answer_outlives_the_time_that_was_held_for_at_first(fresh_db: str) -> None:
    with open_back_end(fresh_db, StandIn(pause=0.1), hold_seconds=1) as back_end:
        ada = back_end.sign_up(10)
        assert ada.read(CHAT, PROMPT)[-1][0] == "done"
    assert ada.holds == [("captured", None)]


def test_a_model_that_thinks_keeps_its_hold_too(fresh_db: str) -> None:
    with open_back_end(fresh_db, StandIn(pause=3.5), hold_seconds=3) as back_end:
        ada = back_end.sign_up(10)
        with ada.open(CHAT, PROMPT) as (_, events):
            assert next(events)[0] == "text"
            assert ada.rows("select expires_at > now() from public.credit_holds") == [(True,)]
        until(lambda: ada.holds == [("captured", None)])


def test_more_than_was_held_and_no_more_there_charges_what_was_held(fresh_db: str) -> None:
    with open_back_end(fresh_db, Watched(input_tokens=100_000)) as back_end:
        ada = back_end.sign_up(1.5)
        *_, (last, end) = ada.read(CHAT, PROMPT)
    assert last == "done"
    assert 1 < end["cost"] < 1.5
    assert ada.holds == [("captured", None)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "prompt_required"),
        ({"prompt": " "}, "prompt_required"),
        ({"prompt": 7}, "prompt_required"),
        ({"prompt": "Why?", "max_tokens": 9}, "unknown_field"),
    ],
)
def test_what_is_no_prompt_is_refused_and_holds_nothing(
    back_end: BackEnd, body: dict[str, object], message: str
) -> None:
    ada = back_end.sign_up(10)
    answer = ada.post(CHAT, json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert ada.holds == []


def test_a_prompt_of_odd_characters_is_answered_all_the_same(back_end: BackEnd) -> None:
    ada = back_end.sign_up(10)
    body = b'{"prompt": "a\\u0000b \\ud800 \\n \\u202e"}'
    answer = ada.post(CHAT, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, "event: done" in answer.text) == (200, True)


def test_nobody_chats_without_a_token(back_end: BackEnd) -> None:
    answer = httpx.post(f"{back_end.url}{CHAT}", json=PROMPT)
    assert (answer.status_code, answer.json()["message"]) == (401, "not_signed_in")


class Watched(StandIn):
    """The stand-in with an eye on it, and a hand.

    Attributes:
        is_asked: an answer was begun.
        was_closed: an answer was told to stop.
    """

    def __init__(self, begins: bool = True, input_tokens: int | None = None) -> None:
        super().__init__()
        self.begins = begins
        self.input_tokens = input_tokens
        self.is_asked, self.was_closed = Event(), Event()

    def answer(self, prompt: str, max_tokens: int) -> ModelAnswer:
        """Return an answer that tells this model what becomes of it."""
        return WatchedAnswer(self, prompt, max_tokens)


class WatchedAnswer(StandInAnswer):
    """An answer of the stand-in; it may wait before it begins, or count as it is told."""

    def __init__(self, model: Watched, prompt: str, max_tokens: int) -> None:
        super().__init__(prompt.split(), max_tokens, pause=0.02)
        self._model = model

    def __iter__(self) -> Iterator[str]:
        self._model.is_asked.set()
        if not self._model.begins:
            self._model.was_closed.wait()
        for word in super().__iter__():
            if self.usage and self._model.input_tokens:
                self.usage["input_tokens"] = self._model.input_tokens
            yield word

    def close(self) -> None:
        """Say no further word, and tell of it."""
        super().close()
        self._model.was_closed.set()
