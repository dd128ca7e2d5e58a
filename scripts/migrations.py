"""The SQL of this repository as files: sources that are edited, migrations that are frozen.

A migration carries sources as sections. Each begins with ``-- source: <path> sha256:<sum>`` and
holds the file as it was; ``-- retired: <path>`` says that a hand-written migration dropped what a
source made. The newest of these lines of a path says what a database has.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.errors import CommandError

ROOT = Path(__file__).resolve().parent.parent
DOMAINS = (
    "access",
    "ledger",
    "wallet",
    "holds",
    "pricing",
    "billing",
    "stripe",
    "teams",
    "support",
    "notify",
    "reports",
    "api",
)
FILE_NAME = re.compile(r"(?P<id>\d{14})_(?P<name>[a-z0-9_]+)\.sql")
GUARD = re.compile(
    r"^insert into credits\.migrations \(id, parent_id\) "
    r"values \('(?P<id>\d{14})', (?:'(?P<parent>\d{14})'|null)\);$",
    re.MULTILINE,
)
SECTION = re.compile(
    r"^-- (?:source: (?P<path>\S+) sha256:(?P<sum>[0-9a-f]{64})|retired: (?P<retired>\S+))$",
    re.MULTILINE,
)
FUNCTION = re.compile(
    r"^create (?:or replace )?function (?P<name>(?:credits|public)\.\w+)\s*\("
    r".*?\bas (?P<quote>\$\w*\$)(?P<body>.*?)(?P=quote)",
    re.MULTILINE | re.DOTALL,
)


def sha256(text: str) -> str:
    """Return the sum of a text as the hex digits that ``sha256sum`` prints for the file."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Source:
    """One file of ``sql/functions`` or ``sql/policies``, as it is or as it was frozen.

    Attributes:
        path: relative to the repository, with slashes.
        text: the file, ending in one line feed.
        sum: of the text; in a frozen section the sum that its first line states.
    """

    path: str
    text: str
    sum: str

    def functions(self) -> dict[str, str]:
        """Return the body of each function that it creates, by name with schema."""
        return {found["name"]: found["body"] for found in FUNCTION.finditer(self.text)}


@dataclass(frozen=True)
class Migration:
    """One file of ``sql/migrations``."""

    path: Path

    @property
    def file_id(self) -> str:
        """The 14 digits that its name begins with."""
        return self.path.name[:14]

    @cached_property
    def text(self) -> str:
        """All of the file."""
        return self.path.read_bytes().decode()

    @cached_property
    def log_ids(self) -> tuple[str | None, str | None]:
        """The id and the parent that it writes to ``credits.migrations``; None where absent."""
        found = GUARD.search(self.text)
        return (found["id"], found["parent"]) if found else (None, None)

    def sections(self) -> dict[str, Source | None]:
        """Return its frozen sources by path; None for a path that it retires."""
        found = list(SECTION.finditer(self.text))
        ends = [*(mark.start() for mark in found), len(self.text)][1:]
        sections: dict[str, Source | None] = {}
        for mark, end in zip(found, ends, strict=True):
            if mark["retired"]:
                sections[mark["retired"]] = None
            else:
                text = self.text[mark.end() : end].strip("\n") + "\n"
                sections[mark["path"]] = Source(mark["path"], text, mark["sum"])
        return sections


def frozen_by(migrations: list[Migration]) -> dict[str, Source]:
    """Return the sources that these migrations leave in a database, by path."""
    state: dict[str, Source | None] = {}
    for migration in migrations:
        state.update(migration.sections())
    return {path: source for path, source in state.items() if source is not None}


@dataclass(frozen=True)
class Tree:
    """A folder with ``sql/functions``, ``sql/policies`` and ``sql/migrations``."""

    root: Path = ROOT

    @property
    def migrations_dir(self) -> Path:
        """Where the frozen files are."""
        return self.root / "sql/migrations"

    @property
    def sums_file(self) -> Path:
        """The sums of the migrations, in the form of ``sha256sum``."""
        return self.migrations_dir / "SHA256SUMS"

    @property
    def platform_file(self) -> Path:
        """What a plain PostgreSQL needs before the first migration."""
        return self.root / "sql/platform.sql"

    @property
    def compatibility_file(self) -> Path:
        """The views with the names of older credit systems' tables, for hosts that ask for them."""
        return self.root / "sql/optional/compatibility.sql"

    def migrations(self) -> list[Migration]:
        """List the migrations, oldest first.

        Raises:
            CommandError: a file is not named ``<14 digits>_<name>.sql``, or two have one id.
        """
        files = sorted(self.migrations_dir.glob("*.sql"))
        for path in files:
            if not FILE_NAME.fullmatch(path.name):
                raise CommandError(
                    f"{path.name} is not a migration's name",
                    "name it <14 digits of UTC>_<what_it_does>.sql",
                )
        for one, other in itertools.pairwise(files):
            if one.name[:14] == other.name[:14]:
                raise CommandError(f"{one.name} and {other.name} have one id", "rename the newer")
        return [Migration(path) for path in files]

    def sums(self) -> dict[str, str]:
        """Return the recorded sum of each migration by file name."""
        if not self.sums_file.exists():
            return {}
        lines = (line.split() for line in self.sums_file.read_text().splitlines())
        return {name: digest for digest, name in lines}

    def broken_sums(self) -> list[str]:
        """List where the migrations and their recorded sums differ; empty when all hold."""
        sums = self.sums()
        texts = {migration.path.name: migration.text for migration in self.migrations()}
        broken = [f"{name} is not recorded in SHA256SUMS" for name in texts.keys() - sums.keys()]
        broken += [f"{name} is recorded but missing" for name in sums.keys() - texts.keys()]
        broken += [
            f"{name} was edited after it was frozen"
            for name in texts.keys() & sums.keys()
            if sha256(texts[name]) != sums[name]
        ]
        return sorted(broken)

    def record_sums(self) -> None:
        """Write the sums of all migrations."""
        lines = [f"{sha256(m.text)}  {m.path.name}\n" for m in self.migrations()]
        self.sums_file.write_text("".join(lines))

    def sources(self) -> list[Source]:
        """List the sources in the order in which they apply: by domain and path, then policies.

        Raises:
            CommandError: a function lies outside the known domains.
        """
        functions = sorted(
            (self.root / "sql/functions").rglob("*.sql"),
            key=lambda path: (self._domain_order(path), path),
        )
        policies = sorted((self.root / "sql/policies").rglob("*.sql"))
        return [self._read_source(path) for path in functions + policies]

    def frozen(self) -> dict[str, Source]:
        """Return what all migrations together leave in a database, by path of the source."""
        return frozen_by(self.migrations())

    def unfrozen(self) -> list[Source]:
        """List the sources that are new or changed since they were frozen, in order."""
        frozen = self.frozen()
        return [s for s in self.sources() if s.path not in frozen or frozen[s.path].sum != s.sum]

    def deleted(self) -> list[str]:
        """List the frozen sources whose file is gone and that no migration retires."""
        return sorted(self.frozen().keys() - {source.path for source in self.sources()})

    def _domain_order(self, path: Path) -> int:
        domain = path.relative_to(self.root / "sql/functions").parts[0]
        if domain not in DOMAINS:
            raise CommandError(
                f"{path.relative_to(self.root)} is in no domain",
                f"put it into one of sql/functions/{{{','.join(DOMAINS)}}}/",
            )
        return DOMAINS.index(domain)

    def _read_source(self, path: Path) -> Source:
        name = path.relative_to(self.root).as_posix()
        text = path.read_bytes().decode()
        if SECTION.search(text):
            raise CommandError(f"{name} holds a line that begins a section", "change that line")
        if "\r" in text or not text.endswith("\n") or text != text.strip("\n") + "\n":
            raise CommandError(
                f"{name} has a blank line at an end, or other line ends than LF", "mend the file"
            )
        return Source(name, text, sha256(text))
