"""What a prompt asks for: the classifier against prompts labelled by hand and hostile ones."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import Connection

PROMPTS = Path(__file__).parent / "prompts"
TASKS = {"code", "analysis", "writing", "translation", "summary", "conversation"}
COMPLEXITIES = {"simple", "medium", "complex"}
PARTS = ("test", "held_out", "development")


class Prompt(NamedTuple):
    """One labelled prompt; its language is ``en`` unless the file says another."""

    text: str
    task: str
    complexity: str
    language: str


class Answer(NamedTuple):
    """What ``credits.classify_prompt`` says of one prompt."""

    task: str
    complexity: str
    signals: list[str]


def labelled(part: str) -> list[Prompt]:
    """Read the set ``test``, ``held_out`` or ``development``: a file for each task."""
    return [
        Prompt(row["text"].strip(), file.stem, row["complexity"], row.get("language", "en"))
        for file in sorted((PROMPTS / part).glob("*.toml"))
        for row in tomllib.loads(file.read_text())["prompts"]
    ]


def classify(conn: Connection, text: str | None) -> Answer:
    """Ask the database."""
    query = "select task, complexity, signals from credits.classify_prompt(%s)"
    row = conn.execute(query, [text]).fetchone()
    assert row is not None
    return Answer(*row)


def task_misses(conn: Connection, prompts: list[Prompt]) -> Iterator[tuple[object, ...]]:
    """Yield the right task, the answered one and its signals for every prompt that is missed."""
    for prompt in prompts:
        answer = classify(conn, prompt.text)
        if answer.task != prompt.task:
            yield prompt.task, answer.task, answer.signals, prompt.text[:80]


def listed(misses: Iterable[object]) -> str:
    """Write misses one a line, for the message of an assertion."""
    return "\n".join(map(str, misses))


@pytest.mark.parametrize("part", ["test", "development"])
def test_the_labelled_sets_are_large_and_varied_enough(part: str) -> None:
    prompts = labelled(part)
    sizes = Counter(prompt.task for prompt in prompts)
    assert sizes.keys() == TASKS
    assert min(sizes.values()) >= 22
    assert {prompt.complexity for prompt in prompts} == COMPLEXITIES
    foreign = [prompt for prompt in prompts if prompt.language != "en"]
    assert 0.2 <= len(foreign) / len(prompts) <= 0.3
    assert len({prompt.language for prompt in foreign}) == 8


def test_no_prompt_is_in_two_sets() -> None:
    texts = [prompt.text for part in PARTS for prompt in labelled(part)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("part", ["test", "held_out"])
def test_nine_of_ten_tasks_are_right(db: Connection, part: str) -> None:
    prompts = labelled(part)
    misses = list(task_misses(db, prompts))
    assert 1 - len(misses) / len(prompts) >= 0.9, listed(misses)


def test_four_of_five_prompts_of_each_task_are_right(db: Connection) -> None:
    prompts = labelled("test")
    misses = list(task_misses(db, prompts))
    sizes, missed = Counter(p.task for p in prompts), Counter(miss[0] for miss in misses)
    assert {task for task in TASKS if 1 - missed[task] / sizes[task] < 0.8} == set(), listed(misses)


@pytest.mark.parametrize("part", ["test", "held_out"])
def test_three_of_four_complexities_are_right(db: Connection, part: str) -> None:
    prompts = labelled(part)
    misses = [
        (prompt.complexity, answer.complexity, answer.task, prompt.text[:80])
        for prompt in prompts
        if (answer := classify(db, prompt.text)).complexity != prompt.complexity
    ]
    assert 1 - len(misses) / len(prompts) >= 0.75, listed(misses)


@pytest.mark.parametrize("text", ["", " \n\t ", None])
def test_nothing_is_a_simple_conversation(db: Connection, text: str | None) -> None:
    assert classify(db, text) == ("conversation", "simple", [])


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "summarise " * 20_000,
        "a, " * 70_000,
        "1 " * 100_000,
        "\n" * 200_000,
        "`" * 200_000,
        "概" * 200_000,
        "é🙂" * 100_000,
        "(" * 100_000 + ")" * 100_000,
        '{"a":[' * 30_000 + "]}" * 30_000,
        "[" * 200_000,
        r"(a+)+$ .* \m[[:alpha:]] (?=x)*** ^|$ {1,999} \Q%_\\ ' \" ;--" * 3_000,
        "".join(map(chr, [*range(1, 0xD800, 7), 0xFFFF, 0x10FFFF])) * 5,
        "\u202e\u200b\ufeff\u0301" * 50_000,
    ],
    ids=range(14),
)
def test_no_text_is_an_error_or_takes_long(db: Connection, text: str) -> None:
    """The server ends what takes a hundred times as long as it should."""
    db.execute("set local statement_timeout = '1s'")
    answer = classify(db, text)
    assert answer.task in TASKS
    assert answer.complexity in COMPLEXITIES
    assert len(answer.signals) <= 5


def test_only_both_ends_of_a_text_are_read(db: Connection) -> None:
    """So the time that a prompt takes does not grow with it."""
    filler = "The roof leaks, so it is wet. " * 200
    middle = "\n```\nTraceback\ndef f(x): return x == {1: 2};\n```\nTranslate it into German.\n"
    assert classify(db, middle).task != "conversation"
    assert classify(db, filler + middle + filler) == classify(db, filler + filler)


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_request_is_found_at_either_end_of_a_long_text(db: Connection, place: str) -> None:
    material = "The roof leaks and the rent is due on Friday. " * 4_000
    request = "Please translate all of this into German."
    text = f"{request}\n\n{material}" if place == "before" else f"{material}\n\n{request}"
    assert classify(db, text)[:2] == ("translation", "complex")


def test_the_rules_leave_room_in_the_cache_of_expressions(db: Connection) -> None:
    """A session keeps 32; with more, each call would compile them all again."""
    found = db.execute("select count(*) from credits.prompt_shapes()").fetchone()
    assert found is not None
    assert found[0] <= 24


def test_every_rule_names_a_task_and_phrases_that_can_be_found(db: Connection) -> None:
    """A capital, an accent or a sign in a phrase would keep it from ever being found."""
    rows = db.execute(
        """
        select r.task, s.phrase
        from (
            select task, phrases from credits.task_rules()
            union all select task, phrases from credits.topic_rules()
            union all select task, phrases from credits.foreign_task_rules()
            union all select task, phrases from credits.other_script_task_rules()
            union all select 'code', phrases from credits.complexity_rules()
        ) as r
        cross join string_to_table(r.phrases, '|') as s (phrase)
        where
            s.phrase = ''
            or credits.prompt_request(replace(s.phrase, '*', '')) <> ' ' || replace(
                s.phrase, '*', ''
            ) || ' '
            or r.task not in (
                'code', 'analysis', 'writing', 'translation', 'summary', 'conversation'
            )
        """
    ).fetchall()
    assert rows == []


def test_the_heaviest_signal_comes_first(db: Connection) -> None:
    answer = classify(db, "Translate this into German: hello")
    assert answer.signals[:2] == ["translat", "into a language"]


def test_capitals_and_accents_make_no_difference(db: Connection) -> None:
    words = ["Übersetze: Haus", "ÜBERSETZE: Haus", "ubersetze: Haus", "ПЕРЕВЕДИ: дом"]
    assert {classify(db, text).task for text in words} == {"translation"}
