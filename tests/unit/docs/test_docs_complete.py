"""What the documents say is there is there, and what is there is in the documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from voc.clean.pii import KINDS
from voc.cli import app
from voc.config import Settings, load_settings
from voc.engine import Engine
from voc.errors import VocError

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "models").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(name: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading, by the code in their first cell."""
    section = re.split(r"^## ", text(name), flags=re.MULTILINE)
    body = next(part for part in section if part.startswith(f"{heading}\n"))
    rows = [[cell.strip() for cell in line.strip("|\n ").split(" | ")] for line in body.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row for row in rows if row[0].startswith("`")}


def commands() -> dict[str, typer.models.CommandInfo]:
    """Every command that does something, by its full name: `voc runs show`."""
    found = {}

    def walk(name: str, command: object) -> None:
        inner = getattr(command, "commands", {})
        if not inner or getattr(command, "invoke_without_command", False):
            found[name] = command
        for part, child in inner.items():
            walk(f"{name} {part}", child)

    walk("voc", typer.main.get_command(app))
    del found["voc"]
    return found


def flags(command: object) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def errors(root: type[VocError] = VocError) -> Iterator[type[VocError]]:
    if root.__module__ == "voc.errors":
        yield root
    for kind in root.__subclasses__():
        yield from errors(kind)


def test_every_setting_is_documented_with_its_variable_and_no_other_is() -> None:
    rows = table("docs/configuration.md", "Settings")
    assert set(rows) == set(Settings.model_fields)
    assert {name for name, row in rows.items() if f"`VOC_{name.upper()}`" != row[4]} == set()


def test_the_documented_default_is_the_default() -> None:
    rows = table("docs/configuration.md", "Settings")
    plain = {name: field.default for name, field in Settings.model_fields.items() if field.default is not None}
    told = {"home": "./voc-data", "cache": None, "deliver": "[]"}
    wrong = {
        name: row[2]
        for name, row in rows.items()
        if name in plain and told.get(name, plain[name]) is not None
        if f"`{told.get(name, plain[name])}`" not in row[2]
    }
    assert wrong == {}


def test_a_setting_has_the_flag_that_its_row_names() -> None:
    every = set().union(*(flags(command) for command in commands().values()))
    rows = table("docs/configuration.md", "Settings")
    named = {name: bool(re.match(r"`--", row[3])) for name, row in rows.items()}
    assert named == {name: f"--{name.replace('_', '-')}" in every for name in Settings.model_fields}


def test_every_command_is_documented_and_no_other_is() -> None:
    assert set(table("docs/configuration.md", "Commands")) == set(commands())


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/scheduling.md",
        "docs/privacy.md",
        "docs/errors.md",
        "docs/edits.md",
        "docs/compare.md",
        "docs/taxonomy.md",
    ],
)
def test_commands_that_a_page_shows_exist(name: str) -> None:
    shown = "\n".join(code(text(name)))
    words = set(re.findall(r"(?:^|[\s/])voc ((?:runs|models|edits?|tags|taxonomy) [a-z][a-z-]*|[a-z]+)\b", shown))
    known = {command.removeprefix("voc ") for command in commands()}
    promised = {"forget"} if name == "docs/privacy.md" else set()
    assert words - known - {"models", "tags"} == promised


def code(page: str) -> list[str]:
    """What a page shows as a command: blocks of a shell or of cron, and code inside a line."""
    blocks = re.findall(r"```(?:bash|sh|cron)\n(.*?)```", page, flags=re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))


def test_every_error_is_documented_with_its_exit_code_and_status() -> None:
    rows = table("docs/errors.md", "Errors by code")
    assert {code: row[1] for code, row in rows.items()} == {error.code: str(error.exit_code) for error in errors()}
    http = pytest.importorskip("voc.api.errors", reason="the api extra is not installed")
    assert {code: row[2] for code, row in rows.items()} == {
        error.code: str(http.kind_of(error).status) for error in errors()
    }


def test_the_example_file_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    lines = re.findall(r"^#(\w+ = .*)$", text("voc.example.toml"), flags=re.MULTILINE)
    values = tomllib.loads("\n".join(lines))
    assert set(values) == set(Settings.model_fields) - {"home"}
    (tmp_path / "voc.toml").write_text("\n".join(lines), encoding="utf-8")
    told = {"home", "cache", "batch_tokens", "tz"}  # their defaults depend on the machine or on the last run
    given = load_settings(home=tmp_path).model_dump(exclude=told)
    assert given == Settings().model_dump(exclude=told)


def test_the_example_file_as_it_is_sets_nothing(tmp_path: Path) -> None:
    assert tomllib.loads(text("voc.example.toml")) == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL))
    missing = []
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


def anchors(page: Path) -> set[str]:
    """The anchors that a Markdown page's headings get: lower case, blanks to hyphens, signs dropped."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_has_the_two_commands_where_machines_look_for_them() -> None:
    script = ROOT / "scripts" / "readme_block.py"
    start, tests = (
        subprocess.run([sys.executable, script, title], check=True, capture_output=True, text=True).stdout.strip()
        for title in ("Quick start", "Tests")
    )
    install = "python3 -m venv .venv\n.venv/bin/pip install -q -c constraints.txt "
    assert start == f"{install}'.[all]'\n.venv/bin/voc demo"
    assert tests == f"{install}'.[all,test]'\n.venv/bin/pytest"


def test_the_readmes_program_calls_what_the_engine_has() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", text("README.md"), flags=re.DOTALL)
    called = {
        node.attr
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "engine"
    }
    assert called
    assert {name for name in called if not hasattr(Engine, name)} == set()


def test_the_readmes_flags_exist() -> None:
    every = set().union(*(flags(command) for command in commands().values()))
    outside = {"--index-url", "--rm", "--init", "--gpus", "--no-healthcheck", "--network", "--build-arg"}
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text("README.md")))
    assert used - every - outside == set()


def test_the_architectures_tree_is_the_tree() -> None:
    (tree,) = re.findall(r"## The tree\n\n```\n(.*?)```", text("docs/architecture.md"), flags=re.DOTALL)
    told = set(re.findall(r"^  (\w+(?:\.py|/)) ", tree, flags=re.MULTILINE))
    folder = ROOT / "voc"
    files = {path.name for path in folder.glob("[!_]*.py")}
    folders = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert told == files | folders
    tops = set(re.findall(r"^(\w+)/ ", tree, flags=re.MULTILINE))
    assert {top for top in tops if not (ROOT / top).is_dir()} == set()


def test_the_layers_in_the_architecture_are_those_that_are_checked() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    checked = {name for layer in layers for name in re.findall(r"\w+", layer)} - {"__main__", "models", "demo"}
    section = text("docs/architecture.md").split("## Which way imports go")[1].split("```")[1]
    told = {name for line in section.splitlines() for name in re.findall(r"\w+", line.split("   ")[0])}
    assert told == checked


def test_decisions_are_numbered_once() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. "), page.name


def test_every_benchmark_is_linked_from_the_readme() -> None:
    pages = {f"docs/benchmarks/{page.name}" for page in (DOCS / "benchmarks").glob("*.md")}
    assert {page for page in pages if f"]({page})" not in text("README.md")} == set()


def test_the_privacy_page_names_every_kind_that_is_redacted() -> None:
    told = set(re.findall(r"`<([A-Z_]+)>`", text("docs/privacy.md")))
    assert told == {kind.upper() for kind in KINDS}
