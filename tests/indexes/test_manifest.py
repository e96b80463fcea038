from dataclasses import replace
from pathlib import Path

import pytest

from indexes import manifest
from indexes.manifest import Manifest, Segment
from matcher.errors import IndexUnavailableError

MANIFEST = Manifest(
    format=manifest.FORMAT,
    created="2026-06-01T00:00:00+00:00",
    model="fake",
    model_fingerprint="abc",
    dimension=64,
    segments=(Segment("0a1b2c3d", "flat", 3, 1),),
    patents=3,
    passages=7,
    vectors=8,
    sentences=2,
    tokens_version="1",
    catalogue_state="0f" * 16,
    catalogue_number=4,
    kept_in="files",
    files={},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small index folder with its manifest."""
    (tmp_path / "lexical").mkdir()
    (tmp_path / "lexical" / "terms.bin").write_bytes(bytes(range(200)))
    (tmp_path / "vectors.npy").write_bytes(b"some vectors")
    manifest.seal(MANIFEST, tmp_path)
    return tmp_path


def test_a_written_manifest_is_read_unchanged(tmp_path: Path) -> None:
    (tmp_path / "vectors.npy").write_bytes(b"some vectors")
    sealed = manifest.seal(MANIFEST, tmp_path)
    assert list(sealed.files) == ["vectors.npy"]
    assert manifest.read(tmp_path) == sealed == replace(MANIFEST, files=sealed.files)


def test_another_format_is_refused(tmp_path: Path) -> None:
    manifest.seal(replace(MANIFEST, format=99), tmp_path)
    with pytest.raises(IndexUnavailableError, match=r"format 99.*matcher index"):
        manifest.read(tmp_path)


def test_every_flipped_bit_of_every_file_is_found_and_named(folder: Path) -> None:
    manifest.check_files(manifest.read(folder), folder)
    for file in ("lexical/terms.bin", "vectors.npy"):
        content = (folder / file).read_bytes()
        for position in range(0, 8 * len(content), 7):
            flipped = bytearray(content)
            flipped[position // 8] ^= 1 << position % 8
            (folder / file).write_bytes(flipped)
            with pytest.raises(IndexUnavailableError, match=f"{file}.*matcher index"):
                manifest.check_files(manifest.read(folder), folder)
        (folder / file).write_bytes(content)


def test_a_flipped_bit_of_the_manifest_is_found(folder: Path) -> None:
    content = (folder / manifest.FILE).read_bytes()
    for position in range(0, 8 * len(content), 5):
        flipped = bytearray(content)
        flipped[position // 8] ^= 1 << position % 8
        (folder / manifest.FILE).write_bytes(flipped)
        try:
            read = manifest.read(folder)
        except IndexUnavailableError:
            continue
        (folder / manifest.FILE).write_bytes(content)
        assert read == manifest.read(folder), "a blank may become another blank, nothing else"


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "vectors.npy").unlink()
    with pytest.raises(IndexUnavailableError, match=r"vectors\.npy"):
        manifest.check_files(manifest.read(folder), folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}', '{"stranger": 1}'])
def test_a_damaged_manifest_is_an_error_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / manifest.FILE).write_text(content, encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="matcher index"):
        manifest.read(tmp_path)


def test_a_missing_manifest_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="matcher index"):
        manifest.read(tmp_path)
