"""The one exception of the stand-in, and its JSON: Stripe's error object."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refused request.

    Attributes:
        status: HTTP status of the answer.
        type: Stripe's class of error, such as ``invalid_request_error``.
        code: Stripe's error code, or None where Stripe gives none.
        param: The parameter at fault in bracket notation, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002  Stripe's own name for it
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """Return ``{"error": {type, message, code?, param?}}``; what is None is left out."""
        error = {"type": self.type, "message": str(self), "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None}}


def missing(kind: str, object_id: str, param: str) -> ApiError:
    """Return the refusal of an unknown id: 404 when it is the address's, else 400."""
    return ApiError(
        f"No such {kind}: '{object_id}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )
