"""What the documents name exists: links, files, commands and options; both front pages tell the same."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from app.cli.root import app
from app.domain.operations import load
from app.settings import Settings
from tools import doc_tables

TOP = Path(__file__).parent.parent.parent
FRONT = ("README.md", "README.zh-CN.md")
OWN_WORDS = ("test", "torture", "bench")
"""What `./run` does by itself; every other word is a command of `hotline`."""

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:\./)?(?:hotline|run)(?: [^`]*)?)`")
FILE = re.compile(
    r"`((?:app|agents|routing|ivr_flows|local_carrier|web|tests|tools|bench|docs|deploy|requirements)/[\w./-]*)`"
)
SETTING = re.compile(r"HOTLINE_[A-Z_]+[A-Z]")
NOT_SETTINGS = {"HOTLINE_DB_PASSWORD", "HOTLINE_TWILIO"}


def documents() -> list[Path]:
    """All Markdown of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=TOP, check=True, capture_output=True, text=True
    )
    return [TOP / name for name in listed.stdout.split() if not name.startswith("tests/")]


@pytest.fixture(params=documents(), ids=lambda path: str(path.relative_to(TOP)))
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def command_lines(text: str) -> Iterator[list[str]]:
    """Words after `hotline` or `./run` of every command in blocks of shell and in running text."""
    lines = [line for language, body in BLOCK.findall(text) if language == "sh" for line in body.splitlines()]
    lines += NAMED.findall(BLOCK.sub("", text))
    for line in lines:
        words = shlex.split(line.replace("…", "").replace("[", "").replace("]", ""), comments=True)
        while words and "=" in words[0]:
            words.pop(0)
        if words and words[0] in ("hotline", "./run", "run"):
            yield words


def complaint(words: list[str]) -> str | None:
    """What is wrong with a command line."""
    root, rest = words[0], words[1:]
    if rest[:1] in (["X"], ["COMMAND"]) or (root != "hotline" and (not rest or rest[0] in OWN_WORDS)):
        return None
    found: click.Command = typer.main.get_command(app)
    while rest and hasattr(found, "commands") and not rest[0].startswith("-"):
        if rest[0] not in found.commands and "|" not in rest[0]:
            return f"no command {rest[0]!r} under {found.name}"
        if "|" in rest[0]:
            return None
        found = found.commands[rest.pop(0)]
    options = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    unknown = [word for word in rest if word.startswith("--") and word not in options]
    return f"{found.name} has no {', '.join(unknown)}" if unknown else None


def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / target).exists(), target


def test_named_files_exist(document: Path) -> None:
    for name in FILE.findall(document.read_text("utf-8")):
        assert (TOP / name).exists(), name


def test_named_commands_and_options_exist(document: Path) -> None:
    for words in command_lines(document.read_text("utf-8")):
        assert complaint(words) is None, words


def test_named_settings_exist(document: Path) -> None:
    known = {f"HOTLINE_{name.upper()}" for name in Settings.model_fields} | NOT_SETTINGS
    assert set(SETTING.findall(document.read_text("utf-8"))) <= known


def test_an_unknown_command_or_option_would_be_found() -> None:
    assert complaint(["hotline", "nonsense"]) is not None
    assert complaint(["./run", "dial", "--colour", "red"]) is not None
    assert complaint(["./run", "user", "remove"]) is not None


def test_what_run_does_by_itself_is_there() -> None:
    text = (TOP / "run").read_text("utf-8")
    assert f"  {' | '.join(OWN_WORDS[1:])})" in text
    for word in OWN_WORDS[1:]:
        assert (TOP / "tools" / f"{word}.py").exists()
    for tool in re.findall(r"tools/(\w+\.py)", text):
        assert (TOP / "tools" / tool).exists()


def test_both_front_pages_have_the_same_sections_commands_and_links() -> None:
    english, chinese = ((TOP / name).read_text("utf-8") for name in FRONT)
    for text in (english, chinese):
        assert len(re.findall(r"^## ", text, re.MULTILINE)) == 11
    shell = [[body for language, body in BLOCK.findall(text) if language == "sh"] for text in (english, chinese)]
    assert shell[0] == shell[1]
    links = [{target for target in LINK.findall(text) if target not in FRONT} for text in (english, chinese)]
    assert links[0] == links[1]


def spoken_prompts() -> re.Pattern[str]:
    """A line that the hotline may say: its prompts, in either form and language, with anything for their variables."""
    forms: set[str] = set()
    for lang in ("en", "zh-CN"):
        nouns = tomllib.loads((TOP / "ivr_flows" / "prompts" / f"{lang}.toml").read_text("utf-8"))
        for prompts in nouns.values():
            for prompt in prompts.values():
                forms |= set(prompt.values()) if isinstance(prompt, dict) else {prompt}
    patterns = [re.sub(r"\\{.*?\\}", ".+?", re.escape(form)) for form in forms if len(re.sub(r"{.*?}", "", form)) > 6]
    return re.compile(f"(?:{'|'.join(patterns)})")


def test_the_transcripts_say_what_the_hotline_says() -> None:
    said = spoken_prompts()
    lines = [
        line[14:].strip()
        for name in FRONT
        for language, body in BLOCK.findall((TOP / name).read_text("utf-8"))
        if language == "text"
        for line in body.splitlines()
        if line[7:14].strip() in ("hotline", "热线")
    ]
    assert len(lines) > 10
    assert not said.fullmatch("Recent bills, 7.")
    for line in lines:
        assert said.fullmatch(line), line


def test_the_index_leads_to_every_document() -> None:
    folder = TOP / "docs"
    named = set(LINK.findall((folder / "README.md").read_text("utf-8")))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*.md")} - {"README.md"}
    assert there <= named


@pytest.mark.parametrize("document", sorted(doc_tables.TABLES))
def test_tables_of_settings_and_permissions_are_those_of_the_code(document: str) -> None:
    text = (TOP / "docs" / document).read_text("utf-8")
    current = doc_tables.renewed(text, doc_tables.TABLES[document]())
    assert text == current, "run: python -m tools.doc_tables"


def test_operations_tells_every_table_and_key_of_the_operations_file() -> None:
    text = (TOP / "docs" / "operations.md").read_text("utf-8")
    for table in load.TABLES:
        assert f"`[{table}]`" in text or f"`[{table}." in text, table
    for table, keys in load.load().document.items():
        if table in ("queues", "warnings", "languages"):
            for named in keys.values():
                assert all(f"`{key}`" in text for key in named), table
        elif table not in ("clocks", "tariffs"):
            assert all(f"`{key}`" in text for key in keys), table


def test_decisions_are_numbered_without_gaps_and_fit_on_a_page() -> None:
    files = sorted((TOP / "docs" / "adr").glob("*.md"))
    for number, path in enumerate(files, 1):
        text = path.read_text("utf-8")
        assert path.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number:04d} ")
        assert len(text.splitlines()) <= 50, path.name
