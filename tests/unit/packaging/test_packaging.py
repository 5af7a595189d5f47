"""What the project's files say of each other: packages and folders, versions, constraints, the image."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from glob import glob
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUP = PROJECT["tool"]["setuptools"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def folder_of(package: str) -> Path:
    """Where a package lies, by the longest entry of package-dir that begins its name."""
    entries = sorted(SETUP["package-dir"].items(), key=lambda entry: -len(entry[0]))
    name, folder = next(entry for entry in entries if f"{package}.".startswith(f"{entry[0]}."))
    return ROOT / folder / package.removeprefix(name).removeprefix(".").replace(".", "/")


def package_folders() -> Iterator[Path]:
    for top in ("voc", "api", "models"):
        yield from (path.parent for path in (ROOT / top).rglob("__init__.py"))


def matching(package: str, pattern: str) -> list[Path]:
    """What a pattern of package-data stands for; setuptools asks `glob`, whose `**` means files, too."""
    names = glob(pattern, root_dir=folder_of(package), recursive=True)  # noqa: PTH207
    return [(folder_of(package) / name).resolve() for name in names]


def test_every_package_folder_is_listed_and_every_listed_one_is_there() -> None:
    listed = [folder_of(package) for package in SETUP["packages"]]
    assert sorted(map(str, listed)) == sorted(map(str, package_folders()))


def test_every_python_file_lies_in_a_package() -> None:
    packages = set(package_folders())
    files = [path for top in ("voc", "api", "models") for path in (ROOT / top).rglob("*.py")]
    assert [str(path) for path in files if path.parent not in packages] == []


def test_every_pattern_of_package_data_finds_something() -> None:
    patterns = [(package, pattern) for package, several in SETUP["package-data"].items() for pattern in several]
    assert [row for row in patterns if not matching(*row)] == []


def test_every_data_file_is_installed() -> None:
    patterns = [(package, pattern) for package, several in SETUP["package-data"].items() for pattern in several]
    found = {path for row in patterns for path in matching(*row)}
    data = [
        path.resolve()
        for top in ("voc", "api", "models")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert [str(path.relative_to(ROOT)) for path in data if path not in found] == []


def test_the_newest_release_of_the_changelog_is_the_projects_version() -> None:
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), flags=re.MULTILINE)
    assert versions[0][0] == PROJECT["project"]["version"]
    assert [day for _, day in versions] == sorted((day for _, day in versions), reverse=True)


def name_of(requirement: str) -> str:
    """A distribution's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def required() -> set[str]:
    """Every distribution that pyproject.toml names, in the base or an extra."""
    project = PROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {name_of(requirement) for several in lists for requirement in several} - {"voc"}


def pins() -> dict[str, str]:
    lines = [line for line in text("constraints.txt").splitlines() if line and not line.startswith("#")]
    return {name_of(line.partition("==")[0]): line.partition("==")[2] for line in lines}


def test_every_dependency_is_pinned_to_a_plain_version() -> None:
    assert required() - set(pins()) == set()
    assert {name: pin for name, pin in pins().items() if not re.fullmatch(r"\d+(\.\d+)*(\.post\d+)?", pin)} == {}


def test_a_pin_lies_in_the_range_of_its_dependency() -> None:
    requirements = pytest.importorskip("packaging.requirements", reason="packaging is not installed")
    project = PROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    every = [requirements.Requirement(line) for several in lists for line in several]
    outside = [str(line) for line in every if line.name != "voc" and pins()[name_of(line.name)] not in line.specifier]
    assert outside == []


def test_every_dependency_is_explained_and_no_other_is() -> None:
    sections = dict(part.split("\n", 1) for part in text("docs/dependencies.md").split("\n## ")[1:])
    columns = {"Base": 1, "Extras": 2, "Tests and tools": 1}
    cells = [
        line.split("|")[column]
        for title, column in columns.items()
        for line in sections[title].splitlines()
        if line.startswith("|")
    ]
    assert {name_of(name) for cell in cells for name in re.findall(r"`([^`]+)`", cell)} == required()


# ------------------------------------------------------------------------------------------------------- the image


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, comments gone and continued lines joined."""
    lines = [line for line in text("Dockerfile.gpu").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def rest_of(word: str) -> list[str]:
    return [rest for found, rest in instructions() if found == word]


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: the last pattern that matches decides."""
    out = False
    for line in text(".dockerignore").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if line and not line.startswith("#") and (fnmatch(path, pattern) or path.startswith(f"{pattern}/")):
            out = not line.startswith("!")
    return out


def test_the_dockerfile_uses_instructions_that_exist() -> None:
    known = {"ARG", "FROM", "RUN", "ENV", "WORKDIR", "COPY", "LABEL", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK"}
    assert {word for word, _ in instructions()} <= known | {"ENTRYPOINT", "CMD"}


def test_every_copied_source_exists_and_is_sent_to_the_builder() -> None:
    sources = [part for rest in rest_of("COPY") if not rest.startswith("--from=") for part in rest.split()[:-1]]
    assert {"constraints.txt", "pyproject.toml", "voc", "api", "models"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists() or ignored(source)] == []


def test_the_builder_gets_what_the_package_is_built_from_and_no_data() -> None:
    project = PROJECT["project"]
    needed = ["pyproject.toml", project["readme"], *project["license-files"], *SETUP["package-dir"].values()]
    assert [path for path in needed if ignored(path)] == []
    assert all(map(ignored, ("voc-data/voc.db", "voc-demo/voc.db", ".git/HEAD", ".venv/bin/python", "tests/unit")))


def test_images_start_from_official_names_or_from_a_stage_of_their_own() -> None:
    stages: set[str] = set()
    (default,) = [rest.partition("=")[2] for rest in rest_of("ARG") if rest.startswith("BASE=")]
    assert re.fullmatch(r"nvidia/cuda:[\w.-]+-runtime-ubuntu\d\d\.04", default)
    for rest in rest_of("FROM"):
        image, _, stage = rest.partition(" AS ")
        assert image == "${BASE}" or image in stages
        stages.add(stage)


def test_the_image_does_not_run_as_root() -> None:
    (user,) = rest_of("USER")
    assert user.split(":")[0].isdigit()
    assert int(user.split(":")[0]) > 0
    made = next(rest for rest in rest_of("RUN") if "useradd" in rest)
    assert f"--uid {user.split(':')[0]} " in made


def test_the_image_serves_by_default_and_runs_what_it_is_told() -> None:
    assert json.loads(rest_of("ENTRYPOINT")[0]) == ["voc"]
    assert json.loads(rest_of("CMD")[-1]) == ["serve"]


def test_the_health_check_asks_a_route_that_is_there() -> None:
    (check,) = rest_of("HEALTHCHECK")
    program = json.loads(check.partition("CMD ")[2])
    compile(program[2], "healthcheck", "exec")
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/\w+)", program[2])
    operate = pytest.importorskip("voc.api.routes.operate", reason="the api extra is not installed")
    assert path in {route.path for route in operate.router.routes}


def test_the_baked_model_is_the_default_one() -> None:
    from voc.config import DEFAULT_MODEL

    (bake,) = [rest for rest in rest_of("RUN") if "models pull" in rest]
    assert re.search(r"voc models pull (\S+);", bake)[1] == DEFAULT_MODEL


def test_the_image_keeps_its_home_and_cache_where_its_user_may_write() -> None:
    told = dict(pair.split("=", 1) for rest in rest_of("ENV") for pair in shlex.split(rest))
    made = next(rest for rest in rest_of("RUN") if "useradd" in rest)
    assert all(f" {told[name]} " in f"{made} " for name in ("VOC_HOME", "VOC_CACHE"))
    assert json.loads(rest_of("VOLUME")[0]) == [told["VOC_HOME"]]
