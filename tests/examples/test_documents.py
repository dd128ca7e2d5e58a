"""Documents and bundles: charged when they are done, once, and not when they are refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.examples.back_end import BackEnd, User

DOCUMENTS, BUNDLES = "/api/documents", "/api/bundles"
TEXT = b"The tides come twice a day."


def test_a_document_is_processed_and_charged(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    assert send(ada, "tides.txt", TEXT).json() == {
        "name": "tides.txt",
        "words": 6,
        "cost": 5,
        "balance": 15,
        "held": 0,
        "available": 15,
    }
    assert ada.balances == {"balance": 15, "held": 0, "available": 15}
    assert ada.charges == [("document_upload", -5)]


@pytest.mark.parametrize(
    ("name", "content", "status", "message"),
    [
        ("tides.exe", TEXT, 400, "unknown_document"),
        ("tides.txt", b"", 400, "empty_document"),
        ("tides.txt", b"x" * 1024 * 1024, 413, "request_entity_too_large"),
    ],
)
def test_an_upload_that_is_refused_holds_and_costs_nothing(
    back_end: BackEnd, name: str, content: bytes, status: int, message: str
) -> None:
    ada = back_end.sign_up(20)
    answer = send(ada, name, content)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert ada.holds == []


def test_a_document_that_cannot_be_read_costs_nothing(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    answer = send(ada, "tides.txt", b"\xff\xfe")
    assert (answer.status_code, answer.json()["message"]) == (422, "unreadable_document")
    assert ada.holds == [("released", "unreadable_document")]
    assert ada.balances == {"balance": 20, "held": 0, "available": 20}


def test_without_credits_nothing_is_processed(back_end: BackEnd) -> None:
    ada = back_end.sign_up(4)
    answer = send(ada, "tides.txt", b"\xff\xfe")  # processing it would be 422
    assert (answer.status_code, answer.json()["message"]) == (402, "insufficient_credits")


def test_the_same_upload_sent_again_is_answered_again_and_charged_once(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    first, again = (send(ada, "tides.txt", TEXT, key="one") for _ in range(2))
    assert first.json() == again.json()
    assert len(ada.charges) == 1


def test_another_document_under_the_same_key_is_not_processed_for_nothing(
    back_end: BackEnd,
) -> None:
    ada = back_end.sign_up(20)
    send(ada, "tides.txt", TEXT, key="one")
    answer = send(ada, "tides.txt", TEXT + b" Why?", key="one")
    assert (answer.status_code, answer.json()["message"]) == (409, "idempotency_key_reused")


def test_a_key_is_needed(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    answer = send(ada, "tides.txt", TEXT, key="")
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid_key")


def test_a_bundle_of_documents_is_charged_as_one(back_end: BackEnd) -> None:
    ada = back_end.sign_up(60)
    files = [("document", ("a.txt", TEXT)), ("document", ("b.txt", TEXT))]
    answer = ada.post(BUNDLES, files=files, headers={"Idempotency-Key": "one"})
    assert answer.json()["documents"] == 2
    assert (answer.json()["cost"], answer.json()["balance"]) == (50, 10)
    assert ada.charges == [("bundle_creation", -50)]


def test_a_bundle_of_nothing_or_of_what_cannot_be_read_costs_nothing(back_end: BackEnd) -> None:
    ada = back_end.sign_up(60)
    headers = {"Idempotency-Key": "one"}
    assert ada.post(BUNDLES, headers=headers).json()["message"] == "documents_required"
    files = [("document", ("a.txt", TEXT)), ("document", ("b.txt", b"\xff"))]
    answer = ada.post(BUNDLES, files=files, headers=headers)
    assert answer.json()["message"] == "unreadable_document"
    assert ada.balances["available"] == 60


def send(user: User, name: str, content: bytes, key: str = "a key") -> httpx.Response:
    headers: dict[str, Any] = {"Idempotency-Key": key} if key else {}
    return user.post(DOCUMENTS, files={"document": (name, content)}, headers=headers)
