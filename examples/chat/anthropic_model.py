"""Anthropic's models, through its own client: it reads ANTHROPIC_API_KEY by itself."""

from __future__ import annotations

from collections.abc import Iterator

from anthropic import Anthropic, Stream
from anthropic.types import RawMessageStreamEvent

from examples.chat.models import ModelAnswer, Usage

_CHARACTERS_A_TOKEN = 4


class AnthropicModel:
    """A model by the name that Anthropic gives it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client = Anthropic()

    def answer(self, prompt: str, max_tokens: int) -> ModelAnswer:
        """Return an answer that begins when it is iterated over."""
        return AnthropicAnswer(self._client, self._name, prompt, max_tokens)


class AnthropicAnswer:
    """One streamed message."""

    def __init__(self, client: Anthropic, name: str, prompt: str, max_tokens: int) -> None:
        self._client = client
        self._name = name
        self._prompt = prompt
        self._max_tokens = max_tokens
        self._stream: Stream[RawMessageStreamEvent] | None = None
        self._input_tokens: int | None = None
        self._output_tokens: int | None = None
        self._characters = 0

    @property
    def usage(self) -> Usage | None:
        """What was counted; an answer cut short has no count, and its text is estimated."""
        if self._input_tokens is None:
            return None
        counted = self._output_tokens
        estimated = -(-self._characters // _CHARACTERS_A_TOKEN)
        return {
            "input_tokens": self._input_tokens,
            "output_tokens": estimated if counted is None else counted,
        }

    def __iter__(self) -> Iterator[str]:
        self._stream = self._client.messages.create(
            model=self._name,
            max_tokens=self._max_tokens,
            messages=[{"role": "user", "content": self._prompt}],
            stream=True,
        )
        for event in self._stream:
            if event.type == "message_start":
                self._input_tokens = event.message.usage.input_tokens
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                self._characters += len(event.delta.text)
                yield event.delta.text
            elif event.type == "message_delta":
                self._output_tokens = event.usage.output_tokens
            elif event.type == "message_stop":
                return
        raise ConnectionError("the answer broke off")

    def close(self) -> None:
        """Hang up: what is not generated yet never is."""
        if self._stream is not None:
            self._stream.close()
