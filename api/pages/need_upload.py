"""A need in an uploaded file, as the text of the ask page."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.errors import InputError
from matcher.importing.read_need_document import read_need_document, read_needs
from matcher.importing.rows.problem import Problem
from matcher.labels import FACT, Label, label
from matcher.language.messages import _, ngettext
from matcher.types import Need

MAX_FILE_BYTES = 20_000_000
"""Bytes of a file with one need."""
MAX_NAME_BYTES = 200
"""Bytes of a file's name without its ending."""
_SUFFIXES = (".docx", ".txt", ".md", ".xlsx", ".xls", ".csv")
_HEADINGS = (
    ("problem", "主要问题"),
    ("indicators", "技术关键与主要指标"),
    ("goal", "预期目标"),
)

_UNSEARCHED: Mapping[str, Label] = {
    "enterprise": {"zh": "企业名称", "en": "enterprise"},
    "region": {"zh": "所在地区", "en": "region"},
    "industry": {"zh": "所属行业", "en": "industry"},
    "budget": FACT["budget"],
    "cooperation": FACT["cooperation"],
    "deadline": FACT["deadline"],
}
"""Fields of the form that say nothing of the technique."""


def read_upload(name: str, content: bytes, today: date) -> tuple[Need, Sequence[Problem]]:
    """Return the need in a file, without contact data, and the problems of the file.

    Raises InputError for another kind of file, for one that cannot be
    read, and for one that does not hold exactly one need.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(
            _(
                "{name} cannot be read here: give a .docx, .txt or .xlsx file with one need",
                name=name,
            )
        )
    with TemporaryDirectory() as folder:
        # Under the name that messages are to show, without the folders that it may bring along.
        path = Path(folder, _file_name(name, suffix))
        path.write_bytes(content)
        is_document = suffix in (".docx", ".txt", ".md")
        needs, problems = (read_need_document if is_document else read_needs)(path, today)
    if len(needs) != 1:
        raise InputError(
            ngettext(
                "{name} holds {n} need: give a file with one need",
                "{name} holds {n} needs: give a file with one need, or import the sheet of needs",
                len(needs),
                name=name,
            )
        )
    return needs[0], problems


def _file_name(name: str, suffix: str) -> str:
    """Return the name without folders, and no longer than a file system takes."""
    stem = Path(name.replace("\\", "/")).name[: -len(suffix)]
    return stem.encode()[:MAX_NAME_BYTES].decode(errors="ignore") + suffix


def unsearched(need: Need) -> list[str]:
    """Return the names of the fields that a file gives and no search reads."""
    return [label(name) for field, name in _UNSEARCHED.items() if getattr(need, field) is not None]


def text_of(need: Need) -> str:
    """Return a need as one text: its name, then its parts under the headings of the form."""
    lines = [need.title or "", need.text]
    for field, heading in _HEADINGS:
        if value := getattr(need, field):
            lines.append(f"{heading}：{value}")
    if need.keywords:
        lines.append(f"关键词：{'、'.join(need.keywords)}")
    return "\n".join(line.strip() for line in lines if line.strip())
