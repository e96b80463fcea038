"""One flipped bit in any file of an index or a model is found and named, and is never used."""

import shutil
from pathlib import Path

import pytest

from indexes import generations
from indexes.words import SqliteWordIndex
from matcher.errors import IndexUnavailableError, ModelError
from matcher.settings import Settings
from matcher.text.clauses import read_clauses
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from models.loading import BUILTIN_FOLDER
from models.openvino_encoder import OpenVinoEncoder
from tests.support.engines import keep_only, save, settings_for
from tests.support.samples import ALL, BEARING, TODAY, sibling


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose index has a segment with a deleted patent."""
    settings = settings_for(tmp_path_factory.mktemp("bits") / "home")
    more = [sibling(BEARING, f"local:000000000000000{number}") for number in range(3)]
    save(settings, *ALL, *more)
    build_index(settings)
    keep_only(settings, *ALL, *more[1:])
    build_index(settings)
    return settings


def index_files(settings: Settings) -> list[Path]:
    """Every file of the published generation, and the one that names it."""
    folder = generations.current(settings.index_folder)
    assert folder is not None
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return [settings.index_folder / generations.POINTER, *sorted(files)]


def flip(file: Path) -> None:
    """Flip one bit in the middle of a file, which other links to it do not see."""
    content = bytearray(file.read_bytes() or b" ")
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)


def best(settings: Settings) -> str:
    with open_matcher(settings) as matcher:
        return str(matcher.match(Need("夹爪"), today=TODAY).results[0].patent.id)


@pytest.mark.sqlite
def test_each_file_of_an_index_is_checked_and_built_anew(
    settings: Settings, tmp_path: Path
) -> None:
    expected = best(settings)
    files = [path.relative_to(settings.home) for path in index_files(settings)]
    kinds = {file.name for file in files}
    assert {"manifest.json", "vectors.faiss", "passages.npz", "meta.json"} <= kinds
    assert len(files) > 20 and any("deleted" in file.parts for file in files)
    for number, file in enumerate(files):
        home = tmp_path / str(number)
        shutil.copytree(settings.home, home)
        damaged = settings.model_copy(update={"home": home})
        flip(home / file)
        with pytest.raises(IndexUnavailableError, match="matcher index") as caught:
            best(damaged)
        if file.name not in ("manifest.json", generations.POINTER):
            assert file.name in str(caught.value)
        rebuilt = build_index(damaged)
        assert rebuilt.built and rebuilt.embedded == 0, file
        assert best(damaged) == expected
        shutil.rmtree(home)


@pytest.mark.parametrize(
    "name",
    sorted(
        path.relative_to(BUILTIN_FOLDER).as_posix()
        for path in BUILTIN_FOLDER.rglob("*")
        if path.is_file() and path.suffix != ".md"
    ),
)
def test_each_file_of_the_model(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUILTIN_FOLDER, folder, copy_function=_link)
    flip(folder / name)
    with pytest.raises(ModelError, match="install matcher again") as caught:
        OpenVinoEncoder("builtin", folder)
    # A checksum that differs looks as its file would.
    assert name == "checksums.json" or name in str(caught.value)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def test_damaged_words_of_the_catalogue_are_made_anew(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    save(settings, *ALL)
    build_index(settings)
    clauses = read_clauses("夹爪")
    expected = SqliteWordIndex(settings.words_file).find(clauses)[0].tolist()
    assert expected
    whole = settings.words_file.read_bytes()
    for page in range(0, len(whole), 4096):
        content = bytearray(whole)
        content[page + 8 : page + 4096] = b"\x5a" * (4096 - 8)
        for file in settings.words_file.parent.glob("words.sqlite-*"):
            file.unlink()
        settings.words_file.write_bytes(content)
        build_index(settings)
        found = SqliteWordIndex(settings.words_file).find(clauses)[0].tolist()
        assert found == expected, page
