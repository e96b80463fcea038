#!/usr/bin/env bash
# FAISS 1.15.1 allocates every inverted list of an index that it maps, before it maps it.
#
# Guess: read_index with IO_FLAG_MMAP_IFC maps the file, so it takes neither memory nor time that
# grows with the vectors, whatever the index.
# Behaviour: so it is for a flat index. Of one with inverted lists each list is first resized, which
# fills its memory with zeros, then replaced by a view of the file: opening needs memory for the
# longest list, and time for all of them.
# Why a guess goes wrong: afterwards the memory is given back, so a look at the process shows a
# mapped index; only the peak and the time tell.
# Whom it hurts: whoever opens an index with few or very uneven lists within a limit of memory: it
# is killed while it opens a file that it would only map.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    faiss-cpu==1.15.1 numpy 2> /dev/null
cat > "$folder/open.py" <<'PY'
import sys
from pathlib import Path

import faiss


def peak() -> int:
    """Peak memory in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


before = peak()
index = faiss.read_index(sys.argv[1], faiss.IO_FLAG_MMAP_IFC)
print(peak() - before)
PY
"$folder/venv/bin/python" - "$folder" <<'PY'
import subprocess
import sys
from pathlib import Path

import faiss
import numpy as np

folder = Path(sys.argv[1])
print("FAISS", faiss.__version__)
vectors = np.random.default_rng(0).standard_normal((100_000, 256), dtype=np.float32)
flat = faiss.IndexFlatIP(256)
one_list = faiss.IndexIVFFlat(faiss.IndexFlatIP(256), 256, 1)
one_list.train(vectors[:100])
peaks = []
for name, index in (("flat", flat), ("one list", one_list)):
    index.add(vectors)
    file = str(folder / name)
    faiss.write_index(index, file)
    command = [sys.executable, str(folder / "open.py"), file]
    peaks.append(int(subprocess.run(command, capture_output=True, check=True).stdout))
    print(f"{name}: {vectors.nbytes >> 20} MB of vectors, {peaks[-1]} MB to map them")
assert peaks[0] < 20 < 80 < peaks[1], "lists are mapped without memory now"
PY
