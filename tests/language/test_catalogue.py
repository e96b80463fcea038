"""Every message of the code has its Chinese in the catalogue, and nothing else is there."""

import ast

import polib
from jinja2 import nodes

from matcher.language.messages import CATALOGUE
from scripts.docs.messages import (
    fields,
    marking_calls,
    template_calls,
    text_of,
    texts_of,
    used_messages,
)
from scripts.docs.structure import read_modules

MODULES = read_modules()
USED = used_messages(MODULES)
ENTRIES = {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))}


def test_every_message_has_a_chinese_text() -> None:
    """After a new message: python -m scripts.docs.messages, then write the Chinese into zh.po."""
    assert {text for text in USED if text not in ENTRIES or not ENTRIES[text].translated()} == set()


def test_the_catalogue_has_no_message_that_the_code_has_not() -> None:
    assert ENTRIES.keys() - USED.keys() == set()


def test_chinese_and_english_have_the_same_fields() -> None:
    different = {
        entry.msgid
        for entry in ENTRIES.values()
        if "{{" not in entry.msgid
        for text in (entry.msgstr or entry.msgstr_plural[0],)
        if fields(text) - {"n"} != (fields(entry.msgid) | fields(entry.msgid_plural)) - {"n"}
    }
    assert different == set()


def test_entries_stand_in_order_so_that_changes_seldom_meet() -> None:
    assert list(ENTRIES) == sorted(ENTRIES)


def test_a_message_is_a_literal_text() -> None:
    """An f-string would be filled in before its translation is looked up."""
    dynamic = {
        f"{name}:{call.lineno}"
        for name, module in MODULES.items()
        for call in marking_calls(module.tree)
        if call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    }
    assert dynamic == set()


def test_a_call_fills_in_the_fields_of_its_message() -> None:
    wrong = {
        f"{name}:{call.lineno}"
        for name, module in MODULES.items()
        for call in marking_calls(module.tree)
        if ast.unparse(call.func) not in ("gettext_noop", "N_")
        and (text := text_of(call)) is not None
        and "{{" not in text
        and {word.arg for word in call.keywords} != fields(text) - {"n"}
    }
    assert wrong == set()


def test_a_template_fills_in_the_fields_of_its_messages_and_builds_none() -> None:
    wrong = set()
    for path, call in template_calls():
        text, _plural = texts_of(call)
        given = {word.key for word in call.kwargs}
        is_built = isinstance(call.args[0], nodes.BinExpr | nodes.Concat | nodes.Filter)
        if is_built or (text is not None and given != fields(text) - {"n"}):
            wrong.add(f"{path.name}:{call.lineno}")
    assert wrong == set()


def test_no_function_that_translates_calls_something_else_by_the_same_name() -> None:
    shadowing = {
        f"{name}:{node.lineno}"
        for name, module in MODULES.items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if any(
            isinstance(n, ast.Name) and n.id == "_" and isinstance(n.ctx, ast.Store)
            for n in ast.walk(node)
        )
        and any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "_"
            for n in ast.walk(node)
        )
    }
    assert shadowing == set()
