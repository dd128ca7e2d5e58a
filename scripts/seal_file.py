"""The file of a seal: lines of JSON that say how far every account's history had come.

The first line says when and of which database it was made, and the SHA-256 of the file as it is
with zeros in the sum's place. Every other line is the head of one account.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from scripts.errors import CommandError

NO_SUM = "0" * 64


class BrokenSealError(CommandError):
    """A file that is no seal, or not as it was written; exit status 2."""

    exit_code = 2

    def __init__(self, file: BinaryIO, reason: object) -> None:
        super().__init__(
            f"{file.name} is no seal, or was changed: {reason}", "take another copy of the seal"
        )


class Header(NamedTuple):
    """The first line: the time (ISO 8601), the database's name, the sum in hex."""

    sealed_at: str
    database: str
    sha256: str = NO_SUM

    def line(self) -> bytes:
        """Return the line as it is written; its length does not depend on the sum."""
        return _line(self._asdict())


class Head(NamedTuple):
    """An account, and its last transaction: the account's own number of it, and its hash."""

    account_id: UUID
    transaction_id: int
    hash: bytes

    def line(self) -> bytes:
        """Return the line as it is written, with the hash in hex."""
        return _line(
            {
                "account_id": str(self.account_id),
                "transaction_id": self.transaction_id,
                "hash": self.hash.hex(),
            }
        )


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Create a file that is not there yet; a block that fails leaves none behind.

    Raises:
        CommandError: the file exists, or cannot be written.
    """
    try:
        with path.open("xb") as file:
            try:
                yield file
                file.flush()
            except BaseException:
                path.unlink()
                raise
    except FileExistsError:
        raise CommandError(f"{path} exists", "name a new file: no seal is overwritten") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


def write_seal(file: BinaryIO, header: Header, heads: Iterable[Head]) -> Header:
    """Write a seal, head by head, and return its header with the sum."""
    file.write(header.line())
    digest = sha256(header.line())
    for head in heads:
        line = head.line()
        file.write(line)
        digest.update(line)
    header = header._replace(sha256=digest.hexdigest())
    file.seek(0)
    file.write(header.line())
    return header


def read_header(file: BinaryIO) -> Header:
    """Prove the sum of the whole file, and leave it at its second line.

    Raises:
        BrokenSealError: it does not fit, or there is none.
    """
    try:
        first = file.readline()
        header = Header(**json.loads(first))
        digest = sha256(header._replace(sha256=NO_SUM).line())
        for line in file:
            digest.update(line)
        file.seek(len(first))
    except (OSError, TypeError, ValueError) as error:
        raise BrokenSealError(file, error) from error
    if header._replace(sha256=digest.hexdigest()).line() != first:
        raise BrokenSealError(file, "the sum does not fit")
    return header


def read_heads(file: BinaryIO) -> Iterator[Head]:
    """Yield the heads from where the file is, one a line.

    Raises:
        BrokenSealError: a line is none.
    """
    for line in file:
        try:
            fields = json.loads(line)
            yield Head(
                UUID(fields["account_id"]),
                int(fields["transaction_id"]),
                bytes.fromhex(fields["hash"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BrokenSealError(file, f"a line is no head ({error!r})") from error
