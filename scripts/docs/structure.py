"""Figures of the code's structure: rooms and floors, import cycles, docstrings, sizes.

    python -m scripts.docs.structure

Prints a Markdown table of each figure, its target and, where it misses, the first places.
`tests/test_imports.py` holds the imports, `tests/test_docstrings.py` the docstrings.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("matcher", "models", "indexes", "api", "scripts")
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 8
MAX_FILE_LINES = 420
MAX_TOP_MODULES = 10
MAX_PLACES = 10
RIDDLES = frozenset({"what", "who", "how", "which", "why", "whether", "whose", "where", "when"})
"""Words that no docstring begins with: the first line names the thing or the operation."""
ARTICLES = frozenset({"the", "a", "an"})
"""Words that no function's docstring begins with: the first word is an imperative verb."""
VALUE_DECORATORS = frozenset({"property", "cached_property", "overload"})
"""Decorators of functions that read as a value or have no docstring of their own."""
ENTRY_DECORATORS = frozenset({"get", "post", "put", "patch", "delete", "command", "callback"})
"""Decorators of routes and commands: their docstrings are texts for the user."""


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed module of the project."""

    name: str
    file: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"


@cache
def read_modules(packages: Sequence[str] = PACKAGES) -> Mapping[str, Module]:
    """Parse every module of these packages once, by dotted name."""
    found = {}
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, file, ast.parse(file.read_text("utf-8")))
    return found


def imported_names(nodes: ast.AST) -> Iterator[str]:
    """Yield the full names of all imports below a node; imports are absolute."""
    for node in ast.walk(nodes):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_imports(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    """Return the modules that each module imports, in functions and type checks too."""
    return {
        name: {
            owner
            for imported in imported_names(module.tree)
            if (owner := _owner(imported, modules)) not in (None, name)
        }
        for name, module in modules.items()
    }


def room(module: str) -> str:
    """Return a module's room: `matcher.retrieval`, `api`; a file of `matcher/` is its own."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "matcher" else parts[0]


def mutual_pairs(imports: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Return the pairs of rooms that import each other."""
    arrows = {(room(a), room(b)) for a, targets in imports.items() for b in targets}
    return sorted((a, b) for a, b in arrows if a < b and (b, a) in arrows)


def circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the first circle of modules that import each other, in a list; empty without one."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as problem:
        return [list(problem.args[1])]
    return []


def riddle_docstrings(modules: Mapping[str, Module]) -> list[str]:
    """Return the places whose docstring begins with a question word, `file:line`."""
    return [
        f"{_place(module)}:{line}"
        for module in modules.values()
        for line, text in docstrings(module.tree)
        if text.split(None, 1)[0].strip(",.:;").lower() in RIDDLES
    ]


def article_docstrings(modules: Mapping[str, Module]) -> list[str]:
    """Return the functions whose docstring begins with an article, `file:line name`."""
    exempt = VALUE_DECORATORS | ENTRY_DECORATORS
    return [
        f"{_place(module)}:{node.lineno} {node.name}"
        for module, node in _functions(modules)
        if (text := ast.get_docstring(node))
        and text.split(None, 1)[0].lower() in ARTICLES
        and exempt.isdisjoint(_decorators(node))
    ]


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of each docstring: of modules, classes, functions, named values."""
    for node in ast.walk(tree):
        body: list[ast.stmt] = getattr(node, "body", [])
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for before, statement in zip([None, *body], body, strict=False):
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                continue
            named = before is None or isinstance(before, ast.Assign | ast.AnnAssign)
            text = statement.value.value
            if named and isinstance(text, str) and text.strip():
                yield statement.lineno, text.strip()


def long_functions(modules: Mapping[str, Module]) -> list[str]:
    """Return functions with over MAX_FUNCTION_LINES lines of code, docstrings not counted."""
    return [
        f"{_place(module)}:{node.lineno} {node.name} ({lines})"
        for module, node in _functions(modules)
        if (lines := _code_lines(node)) > MAX_FUNCTION_LINES
    ]


def many_parameters(modules: Mapping[str, Module]) -> list[str]:
    """Return functions with more than MAX_PARAMETERS parameters, `self` not counted."""
    return [
        f"{_place(module)}:{node.lineno} {node.name} ({count})"
        for module, node in _functions(modules)
        if (count := _parameters(node)) > MAX_PARAMETERS
    ]


def file_lengths(modules: Mapping[str, Module]) -> list[tuple[int, str]]:
    """Return the lines of each file, longest first; migrations, which never change, left out."""
    return sorted(
        (
            (len(module.file.read_text("utf-8").splitlines()), _place(module))
            for module in modules.values()
            if ".migrations." not in module.name
        ),
        reverse=True,
    )


def top_modules(modules: Mapping[str, Module]) -> list[str]:
    """Return the files of `matcher/` itself."""
    return [_place(module) for module in modules.values() if module.file.parent.name == "matcher"]


def _functions(
    modules: Mapping[str, Module],
) -> Iterator[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module in modules.values():
        if ".migrations." in module.name:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Yield the last name of each decorator: `get` of `@router.get("/v1/needs")`."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield ast.unparse(called).rpartition(".")[2]


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    text = first.value if isinstance(first, ast.Expr) else None
    has_docstring = isinstance(text, ast.Constant) and isinstance(text.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in arguments if one.arg not in ("self", "cls")])


def _owner(imported: str, modules: Mapping[str, Module]) -> str | None:
    """Return the module that an imported name belongs to: itself, or the module defining it."""
    for name in (imported, imported.rpartition(".")[0]):
        if name in modules:
            return name
    return None


def _place(module: Module) -> str:
    return str(module.file.relative_to(ROOT))


def _table(modules: Mapping[str, Module]) -> Iterator[str]:
    imports = module_imports(modules)
    longest = file_lengths(modules)
    rows: list[tuple[str, int, int, Sequence[object]]] = [
        (
            "modules directly in `matcher/`",
            len(tops := top_modules(modules)),
            MAX_TOP_MODULES,
            tops,
        ),
        ("pairs of rooms that import each other", len(p := mutual_pairs(imports)), 0, p),
        ("circles of files", len(c := circles(imports)), 0, c),
        ("docstrings that begin with a question word", len(d := riddle_docstrings(modules)), 0, d),
        (
            "function docstrings that begin with an article",
            len(a := article_docstrings(modules)),
            0,
            a,
        ),
        ("longest file, lines", longest[0][0], MAX_FILE_LINES, longest),
        (f"functions over {MAX_FUNCTION_LINES} lines", len(f := long_functions(modules)), 0, f),
        (f"functions over {MAX_PARAMETERS} parameters", len(m := many_parameters(modules)), 0, m),
    ]
    yield "| figure | now | target |"
    yield "|---|---:|---:|"
    yield from (f"| {name} | {value} | {target} |" for name, value, target, _ in rows)
    for name, value, target, places in rows:
        if value > target:
            yield f"\n{name}:"
            yield from (f"- {place}" for place in places[:MAX_PLACES])


if __name__ == "__main__":
    print("\n".join(_table(read_modules())))
