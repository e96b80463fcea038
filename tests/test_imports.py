"""Imports go one way: types, errors <- ports <- engine, models, indexes <- wiring <- entries.

Wiring is two files: matcher.wiring opens what there is, matcher.index_wiring builds on it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = frozenset({"torch", "transformers", "sentence_transformers", "faiss", "tantivy"})
WEB = frozenset({"fastapi", "starlette", "uvicorn"})
TABLES = frozenset({"pandas", "openpyxl", "xlrd", "docx"})
ENTRY_POINTS = ("matcher.cli", "matcher.commands", "matcher.demo", "matcher.evaluation")
"""Modules of the engine's package that stand above wiring."""
WIRING = ("matcher.wiring",)


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    _name(file): ast.parse(file.read_text("utf-8"))
    for package in ("matcher", "models", "indexes", "api", "scripts")
    for file in sorted((ROOT / package).rglob("*.py"))
}


def _imported(nodes: ast.AST, package: str) -> Iterator[str]:
    """Every module or name that is imported below these nodes, with its full name."""
    for node in ast.walk(nodes):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level]
                base = ".".join([*above, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _imported_at_once(module: ast.Module, package: str) -> Iterator[str]:
    """Imports that run when the module is imported: not those inside functions or type checks."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ClassDef):
            bodies = [part for part in node.body if not isinstance(part, ast.FunctionDef)]
            yield from _imported(ast.Module(bodies, []), package)
        else:
            yield from _imported(node, package)


def _below(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _all(name: str) -> set[str]:
    return set(_imported(MODULES[name], name))


def _engine() -> list[str]:
    """The modules of the engine proper: below wiring."""
    return [
        name
        for name in MODULES
        if _below(name, "matcher") and not _below(name, *WIRING, *ENTRY_POINTS)
    ]


def _offenders(names: list[str], *forbidden: str) -> dict[str, list[str]]:
    found = {n: sorted(i for i in _all(n) if _below(i, *forbidden)) for n in names}
    return {name: imported for name, imported in found.items() if imported}


def test_the_modules_are_found() -> None:
    assert {"matcher.search.matcher", *WIRING, "models.fake", "indexes.dense"} <= MODULES.keys()
    assert "matcher.ports" in {i.rpartition(".")[0] for i in _all("matcher.retrieval.retriever")}


@pytest.mark.parametrize("name", ["matcher.types", "matcher.errors"])
def test_the_vocabulary_imports_nothing_of_ours(name: str) -> None:
    assert _offenders([name], "matcher", "models", "indexes", "api", "scripts") == {}


def test_ports_know_only_the_vocabulary() -> None:
    ours = {i for i in _all("matcher.ports") if _below(i, "matcher", "models", "indexes", "api")}
    assert all(_below(i, "matcher.types", "matcher.errors") for i in ours)


def test_the_engine_knows_neither_models_nor_indexes_nor_what_stands_above_it() -> None:
    above = ("models", "indexes", "api", "scripts", *WIRING, *ENTRY_POINTS)
    assert _offenders(_engine(), *above) == {}


def test_models_and_indexes_know_neither_each_other_nor_what_stands_above_them() -> None:
    above = ("api", "scripts", *WIRING, *ENTRY_POINTS)
    for package, other in (("models", "indexes"), ("indexes", "models")):
        assert _offenders([n for n in MODULES if _below(n, package)], other, *above) == {}


def test_only_wiring_knows_models_and_indexes() -> None:
    """Scripts that train or bench a model are there to handle it directly."""
    above = [n for n in MODULES if _below(n, "api", *ENTRY_POINTS)]
    assert _offenders(above, "models", "indexes") == {}


def test_wiring_knows_not_what_builds_on_it() -> None:
    assert _offenders(["matcher.wiring.open"], "matcher.wiring.build") == {}
    assert _offenders([*WIRING], "api", "scripts", *ENTRY_POINTS) == {}


def test_nothing_imports_an_entry_point_from_below() -> None:
    api = [n for n in MODULES if _below(n, "api")]
    assert _offenders(api, "scripts", "matcher.cli", "matcher.commands") == {}
    commands = [n for n in MODULES if _below(n, *ENTRY_POINTS)]
    assert _offenders(commands, "scripts") == {}


def test_the_engine_knows_no_web() -> None:
    assert _offenders(_engine(), *WEB) == {}


def test_heavy_libraries_are_imported_only_where_they_are_used() -> None:
    """At import time nobody loads torch; the indexes' own files may load their own library."""
    for name in [*_engine(), *WIRING, *(n for n in MODULES if _below(n, *ENTRY_POINTS))]:
        at_once = set(_imported_at_once(MODULES[name], name))
        assert not [i for i in at_once if _below(i, *HEAVY)], name
    for name in (n for n in MODULES if _below(n, "models", "indexes", "api")):
        at_once = set(_imported_at_once(MODULES[name], name))
        torch = ("torch", "transformers", "sentence_transformers")
        assert not [i for i in at_once if _below(i, *torch)], name


def test_tables_are_read_only_by_importing_and_reporting() -> None:
    others = [n for n in MODULES if _below(n, "matcher", "models", "indexes", "api")]
    others = [n for n in others if not _below(n, "matcher.importing", "matcher.reporting")]
    assert _offenders(others, *TABLES) == {}
