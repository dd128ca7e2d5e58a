"""The chat over HTTP: a prompt in, server-sent events out."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from edge.auth import signed_in_user
from edge.body import read_body
from edge.errors import bad_argument
from examples.chat.models import Model
from examples.chat.reply import Reply
from examples.events import stream
from examples.holds import Hold

MAX_TOKENS = 500


def chat_routes(model: Model, service: str, hold_seconds: int = 120) -> Blueprint:
    """Return the routes.

    Args:
        model: what answers.
        service: the model's code in the catalog, which has its price.
        hold_seconds: how long a hold lives if this process dies; it is extended meanwhile.
    """
    routes = Blueprint("chat", __name__)

    @routes.post("/api/chat")
    def answer() -> ResponseReturnValue:
        """Answer ``{prompt}``.

        Returns:
            200 and the events of `Reply`; a refusal, such as 402, comes before any of them.

        Each request is an answer and a charge of its own, so its key is made here: under a key of
        the client's, two streams at once would share one charge.
        """
        user_id = signed_in_user()
        prompt = _read_prompt()
        hold = Hold(
            current_app.extensions["pool"],
            user_id,
            f"chat:{uuid4()}",
            service,
            usage={"output_tokens": MAX_TOKENS},
            metadata={"prompt": prompt},
            ttl_seconds=hold_seconds,
        )
        reply = Reply(hold, model.answer(prompt, MAX_TOKENS))
        return stream(reply.events(), reply.close)

    return routes


def _read_prompt() -> str:
    prompt = read_body("prompt").get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise bad_argument("prompt_required", "Send a prompt that is a text.")
    # What no database stores as a text: a zero, and half of a pair of surrogates.
    return prompt.replace("\0", "").encode(errors="replace").decode()
