"""The floors of the house: a module imports its own room and lower floors only."""

import ast
from collections.abc import Iterator

from scripts.docs.structure import (
    circles,
    imported_names,
    module_imports,
    mutual_pairs,
    read_modules,
    room,
)

FLOORS: tuple[tuple[str, ...], ...] = (
    ("matcher.language",),
    ("matcher.types", "matcher.errors"),
    ("matcher.ports", "matcher.ids", "matcher.labels", "matcher.request_ids", "matcher.stages"),
    ("matcher.disk",),
    ("matcher.cores", "matcher.measures", "matcher.progress", "matcher.settings"),
    ("matcher.text",),
    ("matcher.access",),
    ("matcher.patents",),
    ("matcher.needs", "matcher.programme"),
    ("matcher.matches", "models"),
    ("matcher.events", "matcher.importing", "matcher.embedding"),
    ("matcher.store", "matcher.retrieval", "indexes"),
    ("matcher.evidence",),
    ("matcher.search",),
    ("matcher.workflows", "matcher.landscape"),
    ("matcher.reporting", "matcher.wiring"),
    ("matcher.evaluation", "matcher.notebook", "api"),
    ("matcher.commands",),
    ("matcher.cli",),
    ("matcher",),
    ("scripts",),
)
"""Rooms from the ground up; those of one floor do not know each other."""
WIRED = frozenset({"matcher.wiring", "scripts"})
"""Rooms that handle models and indexes directly; all others go by `matcher.ports`."""
HEAVY = ("torch", "transformers", "sentence_transformers", "ray", "pyarrow", "faiss", "tantivy")
WEB = ("fastapi", "starlette", "uvicorn")
READ_OR_WRITE = (
    "matcher.importing",
    "matcher.landscape",
    "matcher.reporting",
    "matcher.notebook",
)
TABLES = ("pandas", "openpyxl", "xlrd", "docx")

MODULES = read_modules()
IMPORTS = module_imports(MODULES)
FLOOR = {name: number for number, floor in enumerate(FLOORS) for name in floor}


def _below(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _imported_at_once(module: ast.Module) -> Iterator[str]:
    """Imports that run with the module's own: not those inside functions or type checks."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ClassDef):
            bodies = [part for part in node.body if not isinstance(part, ast.FunctionDef)]
            yield from imported_names(ast.Module(bodies, []))
        else:
            yield from imported_names(node)


def _importers(packages: tuple[str, ...], libraries: tuple[str, ...]) -> set[str]:
    """Modules of these packages that import one of the libraries anywhere."""
    return {
        name
        for name, module in MODULES.items()
        if _below(name, *packages)
        and any(_below(i, *libraries) for i in imported_names(module.tree))
    }


def test_every_module_has_a_floor() -> None:
    faces = {"models", "indexes", "api", "scripts"}
    assert {room(name) for name in MODULES} - faces <= FLOOR.keys()


def test_a_module_imports_its_room_and_lower_floors_only() -> None:
    upward = {
        (name, target)
        for name, targets in IMPORTS.items()
        for target in targets
        if room(target) != room(name) and FLOOR.get(room(target), 0) >= FLOOR.get(room(name), 0)
    }
    assert upward == set()


def test_no_circle_of_files_and_no_rooms_that_import_each_other() -> None:
    assert circles(IMPORTS) == []
    assert mutual_pairs(IMPORTS) == []


def test_only_wiring_and_scripts_know_models_and_indexes() -> None:
    """So that another engine can be wired in without touching what searches with it."""
    knowing = {
        room(name)
        for name, targets in IMPORTS.items()
        for target in targets
        if _below(target, "models", "indexes") and room(target) != room(name)
    }
    assert knowing <= WIRED


def test_the_engine_knows_no_web() -> None:
    allowed = {"matcher.commands.serve"}
    assert _importers(("matcher", "models", "indexes"), WEB) <= allowed


def test_only_rooms_that_read_write_or_count_handle_tables() -> None:
    found = _importers(("matcher", "models", "indexes", "api"), TABLES)
    assert {n for n in found if not _below(n, *READ_OR_WRITE)} == set()


def test_no_module_loads_a_heavy_library_at_once() -> None:
    """An index's own file may load its own library; nobody loads torch before it is needed."""
    loading = {
        (name, imported)
        for name, module in MODULES.items()
        if not _below(name, "scripts")
        for imported in _imported_at_once(module.tree)
        if _below(imported, *(HEAVY[:5] if _below(name, "indexes") else HEAVY))
    }
    assert loading == set()
