"""Fingerprints of the vectors that a service gives, by a probe: a few sentences encoded.

A service does not show its weights. What it computes shows in the vectors of a few sentences, but
not to the last digit: another card, another batch, another replica computes the same model a
little otherwise. No rounding removes that: some number always stands near the border of two
rounded ones. So the first probe of a model is kept as a reference beside the indexes. Later ones
that are as good as equal to it have its fingerprint; another model, another pooling, another
precision that shows gets a reference of its own.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from matcher.ports import Vectors

PROBES = (
    "高温环境下锂离子电池隔膜的热收缩率低于2%，并保持良好的电解液浸润性。",
    "A vibration signal of the bearing is decomposed; a fault of the inner race is found early.",
    "PLC控制的六轴机器人 (payload 12 kg) 抓取易碎零件，repeatability ±0.02 mm。",
    "一种废水处理方法，其特征在于，包括以下步骤：步骤一，调节废水的pH值至7.5；步骤二，加入絮凝剂并"
    "搅拌30分钟；步骤三，静置沉淀后，将上清液通过陶瓷膜过滤；步骤四，对浓缩液进行电催化氧化，使化学"
    "需氧量降至50 mg/L以下；步骤五，回收污泥中的重金属离子，并将其制成可再利用的盐。",
)
"""Sentences of a probe, in both languages, mixed, and long."""
SAME = 0.999
"""Cosine from which two vectors of a sentence are the same model's. The built-in model in bfloat16
is at 0.99998 from float32."""
MAX_REFERENCES = 8
"""References kept of a model; the oldest give way."""
_LOCK_SECONDS = 10


def is_same(probe: Vectors, reference: Vectors) -> bool:
    """True if two probes (p, d) are of one model, as good as equal."""
    return probe.shape == reference.shape and bool((probe * reference).sum(axis=1).min() >= SAME)


def probe_id(model: str, probe: Vectors, file: Path | None) -> str:
    """Return the id of the reference that a probe (p, d) equals; a new probe becomes one.

    A file that cannot be read counts as empty, and one that cannot be written stays as it is.
    """
    if file is None:
        return _id(probe)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError, Timeout), FileLock(f"{file}.lock", timeout=_LOCK_SECONDS):
        references = _read(file)
        own = references.get(model, [])
        for reference in own:
            if is_same(probe, reference):
                return _id(reference)
        kept = [*own, probe][-MAX_REFERENCES:]
        _write(file, {**references, model: kept})
        return _id(probe)
    same = (reference for reference in _read(file).get(model, []) if is_same(probe, reference))
    return _id(next(same, probe))


def _id(probe: Vectors) -> str:
    """Id of a reference; mostly the same in another home, where it is rounded to the same."""
    rounded = np.round(probe, 2) + np.float32(0)  # no minus zero
    return hashlib.sha256(rounded.astype("<f4").tobytes()).hexdigest()[:16]


def _read(file: Path) -> dict[str, list[Vectors]]:
    """Read the references by model."""
    try:
        written = json.loads(file.read_text("utf-8"))
        return {model: [_vectors(text) for text in texts] for model, texts in written.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _vectors(text: str) -> Vectors:
    flat = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4")
    vectors: Vectors = flat.astype(np.float32).reshape(len(PROBES), -1)
    return vectors


def _write(file: Path, references: Mapping[str, Sequence[Vectors]]) -> None:
    written = {
        model: [base64.b64encode(probe.astype("<f4").tobytes()).decode() for probe in own]
        for model, own in references.items()
    }
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    new.write_text(json.dumps(written), "utf-8")
    os.replace(new, file)
