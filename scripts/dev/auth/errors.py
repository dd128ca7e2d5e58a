"""The one exception of the stand-in, and its JSON: what Supabase's clients read of a refusal."""

from __future__ import annotations

from typing import Any


class AuthError(Exception):
    """A refused request.

    Attributes:
        status: HTTP status of the answer.
        code: Supabase Auth's name of the error, such as ``invalid_credentials``.
    """

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self._more = more

    def body(self) -> dict[str, Any]:
        """Return ``{code, error_code, msg}``, the first being the status, and what else there is.

        Supabase Auth answers so where no version of its API is agreed on.
        """
        return {"code": self.status, "error_code": self.code, "msg": str(self), **self._more}
