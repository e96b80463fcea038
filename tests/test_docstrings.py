"""Docstrings name the thing or the operation first; public objects have one."""

import ast

import pytest

from scripts.docs.structure import ROOT, Module, article_docstrings, read_modules, riddle_docstrings

MODULES = read_modules()


def test_no_docstring_begins_with_a_question_word() -> None:
    assert riddle_docstrings(MODULES) == []


def test_no_docstring_of_a_function_begins_with_an_article() -> None:
    assert article_docstrings(MODULES) == []


@pytest.mark.parametrize(
    ("source", "functions"),
    [
        ('def total():\n    """The total."""', ["total"]),
        ('class Cart:\n    def total(self):\n        """A total."""', ["total"]),
        ('def total():\n    """Return the total."""', []),
        ('class Cart:\n    @property\n    def total(self):\n        """The total."""', []),
        ('@router.get("/total")\ndef total():\n    """The total."""', []),
        ('@app.command()\ndef total():\n    """The total."""', []),
    ],
)
def test_article_rule_leaves_out_properties_routes_and_commands(
    source: str, functions: list[str]
) -> None:
    module = Module("shop", ROOT / "shop.py", ast.parse(source))
    assert [place.split()[-1] for place in article_docstrings({"shop": module})] == functions


def test_public_classes_and_functions_have_a_docstring() -> None:
    assert [name for module in MODULES.values() for name in _without(module)] == []


def _without(module: Module) -> list[str]:
    """Public classes and functions of a module without a docstring."""
    return [
        f"{module.name}.{node.name}"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and ".migrations." not in module.name
    ]
