from dataclasses import replace
from pathlib import Path

import pytest

from indexes import manifest
from indexes.manifest import Manifest
from matcher.errors import IndexUnavailableError

MANIFEST = Manifest(
    format=manifest.FORMAT,
    created="2026-06-01T00:00:00+00:00",
    model="fake",
    model_fingerprint="abc",
    dimension=64,
    dense_kind="flat",
    patents=3,
    passages=7,
    vectors=8,
    sentences=2,
    tokens_version="1",
    database_generation=2,
)


def test_a_written_manifest_is_read_unchanged(tmp_path: Path) -> None:
    MANIFEST.write(tmp_path)
    assert manifest.read(tmp_path) == MANIFEST


def test_another_format_is_refused(tmp_path: Path) -> None:
    replace(MANIFEST, format=99).write(tmp_path)
    with pytest.raises(IndexUnavailableError, match=r"format 99.*matcher index"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}', '{"stranger": 1}'])
def test_a_damaged_manifest_is_an_error_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / manifest.FILE).write_text(content, encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="matcher index"):
        manifest.read(tmp_path)


def test_a_missing_manifest_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="matcher index"):
        manifest.read(tmp_path)
