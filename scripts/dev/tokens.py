"""Measure ``credits.estimate_tokens`` against a real tokenizer, on the prompts of ``bench/tokens``.

``python -m scripts.dev.tokens`` starts a PostgreSQL of its own, estimates every prompt and prints
the share within 20 % of the stored counts, by the kind of prompt, and each prompt outside it.
``--count`` counts the prompts anew before that, with what ``python -m scripts.dev.node`` installs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import click
import psycopg

from scripts.dev.node import FOLDER, ensure_node_modules, find_node
from scripts.dev.postgres import Cluster, find_installation
from scripts.errors import CommandError
from scripts.migrations import ROOT, Tree

SOURCE = ROOT / "bench/tokens"
COUNTS = SOURCE / "counts.json"
SEPARATOR = "\n%%%%\n"
TOKENIZER = "gpt-tokenizer"
ENCODINGS = ("o200k_base", "cl100k_base")
TOLERANCE = 0.20
SECONDS = 300


@dataclass(frozen=True)
class Prompt:
    """A text of the benchmark: the ``number``-th of its kind, a language or a form of text."""

    kind: str
    number: int
    text: str


@dataclass(frozen=True)
class Result:
    """What a prompt was estimated at, and what it is.

    Attributes:
        estimate, real: tokens.
    """

    prompt: Prompt
    estimate: int
    real: int

    @property
    def ratio(self) -> float:
        """The estimate as a part of the real count; 1.0 is right."""
        return self.estimate / self.real

    @property
    def is_good(self) -> bool:
        """Whether the estimate is within the tolerance."""
        return abs(self.estimate - self.real) <= TOLERANCE * self.real

    def __str__(self) -> str:
        name = f"{self.prompt.kind} {self.prompt.number}"
        start = " ".join(self.prompt.text.split())[:48]
        return f"{name:16}{self.estimate:5} for {self.real:5}{self.ratio:7.2f}  {start}"


def read_prompts() -> list[Prompt]:
    """Return all prompts, by kind and number."""
    return [
        Prompt(path.stem, number, text)
        for path in sorted((SOURCE / "prompts").glob("*.txt"))
        for number, text in enumerate(path.read_text().rstrip("\n").split(SEPARATOR), start=1)
    ]


def read_counts(prompts: Iterable[Prompt]) -> list[list[int]]:
    """Return the stored counts of the prompts, one of each encoding.

    Raises:
        CommandError: a prompt has none.
    """
    stored: dict[str, list[list[int]]] = json.loads(COUNTS.read_text())["counts"]
    try:
        return [stored[prompt.kind][prompt.number - 1] for prompt in prompts]
    except LookupError as error:
        raise CommandError(
            f"{COUNTS.name} lacks prompts", "python -m scripts.dev.tokens --count"
        ) from error


def count_tokens(texts: list[str]) -> list[list[int]]:
    """Return what the tokenizer counts in each text, one number of each encoding.

    Raises:
        CommandError: the packages of npm are not installed, or Node fails.
    """
    node = find_node()
    # It finds packages beside itself only; others may count at the same time.
    with tempfile.NamedTemporaryFile(dir=FOLDER, suffix=".mjs") as script:
        shutil.copy(SOURCE / "count.mjs", script.name)
        done = subprocess.run(
            [node, script.name],
            cwd=FOLDER,
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    if done.returncode != 0:
        raise CommandError(f"count.mjs failed: {done.stderr.strip()[-500:]}")
    counts: list[list[int]] = json.loads(done.stdout)
    return counts


def estimate(conn: psycopg.Connection[tuple[int]], texts: list[str]) -> list[int]:
    """Return what the database estimates each text at."""
    query = (
        "select credits.estimate_tokens(t.x) from unnest(%s::text[]) with ordinality as t (x, n)"
    )
    return [row[0] for row in conn.execute(f"{query} order by t.n", [texts])]


def measure(conn: psycopg.Connection[tuple[int]], encoding: int = 0) -> list[Result]:
    """Estimate all prompts, against the encoding of this number."""
    prompts = read_prompts()
    counts = read_counts(prompts)
    estimates = estimate(conn, [prompt.text for prompt in prompts])
    return [
        Result(prompt, guess, real[encoding])
        for prompt, guess, real in zip(prompts, estimates, counts, strict=True)
    ]


def share(results: Iterable[Result]) -> float:
    """Return the part of the results that is within the tolerance."""
    good = [result.is_good for result in results]
    return sum(good) / len(good)


def _store_counts() -> None:
    ensure_node_modules()
    prompts = read_prompts()
    counts: dict[str, list[list[int]]] = {}
    for prompt, numbers in zip(prompts, count_tokens([p.text for p in prompts]), strict=True):
        counts.setdefault(prompt.kind, []).append(numbers)
    package = json.loads((FOLDER / "node_modules" / TOKENIZER / "package.json").read_text())
    kinds = ",\n".join(f'    "{kind}": {json.dumps(counts[kind])}' for kind in counts)
    COUNTS.write_text(
        f'{{\n  "tokenizer": "{TOKENIZER} {package["version"]}",\n'
        f'  "encodings": {json.dumps(ENCODINGS)},\n  "counts": {{\n{kinds}\n  }}\n}}\n'
    )


def _report(results: list[Result]) -> None:
    click.echo(f"{'':16}{'prompts':>8}{'within':>8}{'median':>8}")
    for kind in dict.fromkeys(result.prompt.kind for result in results):
        _line(kind, [result for result in results if result.prompt.kind == kind])
    _line("all", results)
    click.echo("\nOutside, with their ratio")
    for result in results:
        if not result.is_good:
            click.echo(f"  {result}")


def _line(label: str, results: list[Result]) -> None:
    middle = median(result.ratio for result in results)
    click.echo(f"{label:16}{len(results):8}{share(results):8.0%}{middle:8.2f}")


@click.command()
@click.option("--count", is_flag=True, help="Count the prompts anew with the tokenizer (npm).")
@click.option("--encoding", type=click.Choice(ENCODINGS), default=ENCODINGS[0], show_default=True)
def main(count: bool, encoding: str) -> None:
    """Measure the estimate of tokens, and list what it misses."""
    if count:
        _store_counts()
    with (
        Cluster(find_installation()) as cluster,
        psycopg.connect(cluster.create_database("tokens"), autocommit=True) as conn,
    ):
        tree = Tree()
        conn.execute(tree.platform_file.read_bytes())
        conn.execute("create schema credits")
        conn.execute((ROOT / "sql/functions/pricing/estimate_tokens.sql").read_bytes())
        _report(measure(conn, ENCODINGS.index(encoding)))


if __name__ == "__main__":
    main()
