"""Documents and bundles over HTTP: charged when they are done, and only then."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from uuid import UUID

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from edge.auth import signed_in_user
from edge.errors import EdgeError, bad_argument
from examples.events import balances
from examples.holds import Hold

KINDS = (".txt", ".md")


def document_routes() -> Blueprint:
    """Return the routes."""
    routes = Blueprint("documents", __name__)

    @routes.post("/api/documents")
    def upload() -> ResponseReturnValue:
        """Process the file of the form's field ``document``.

        Returns:
            200 ``{name, words, cost, balance, held, available}``.
            400 or 413: it is refused as it is; nothing was held.
            402: it cannot be paid; nothing was processed.
            422: it could not be processed; what was held is released.

        Sent again with its Idempotency-Key, the same document is charged once.
        """
        user_id = signed_in_user()
        name, content = _read_document()
        with _hold(user_id, "document_upload", content) as hold:
            words = count_words(content)
            paid = hold.capture()
        return {"name": name, "words": words, "cost": paid["cost"], **balances(paid)}

    @routes.post("/api/bundles")
    def bundle() -> ResponseReturnValue:
        """Make a bundle of the files of the form's field ``document``, as a regulator wants it.

        Returns:
            200 ``{documents, words, cost, balance, held, available}``; refusals as above.
        """
        user_id = signed_in_user()
        contents = [file.read() for file in request.files.getlist("document")]
        if not contents:
            raise bad_argument("documents_required", "Send at least one document.")
        with _hold(user_id, "bundle_creation", *contents) as hold:
            words = sum(map(count_words, contents))
            paid = hold.capture()
        more = {"documents": len(contents), "words": words, "cost": paid["cost"]}
        return {**more, **balances(paid)}

    return routes


def count_words(content: bytes) -> int:
    """Stand in for what reads documents.

    Raises:
        EdgeError: 422 unreadable_document.
    """
    try:
        return len(content.decode().split())
    except UnicodeDecodeError as error:
        hint = "It could not be read, and nothing is charged."
        raise EdgeError(422, "22023", "unreadable_document", hint) from error


def _read_document() -> tuple[str, bytes]:
    file = request.files.get("document")
    if file is None or PurePath(file.filename or "").suffix.lower() not in KINDS:
        raise bad_argument("unknown_document", f"Its name ends in {' or '.join(KINDS)}.")
    content = file.read()
    if not content:
        raise bad_argument("empty_document", "There is nothing in this document.")
    return file.filename or "", content


def _hold(user_id: UUID, service: str, *contents: bytes) -> Hold:
    """Hold one of a service, under the caller's key.

    The reference is the sum of what was sent. It is part of what a key stands for, so that another
    document under the same key is refused, and not processed for nothing.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise bad_argument("invalid_key", "Send an Idempotency-Key, a new one for each document.")
    total = hashlib.sha256()
    for content in contents:
        total.update(hashlib.sha256(content).digest())
    return Hold(
        current_app.extensions["pool"],
        user_id,
        f"{service}:{key}",
        service,
        quantity=1,
        reference=total.hexdigest(),
    )
