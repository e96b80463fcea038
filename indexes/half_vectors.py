"""Float16, the stored form of vectors: half of the memory, each number off by 0.05% at most."""

import numpy as np

from matcher.embedding.sentence_vectors import HalfVectors
from matcher.ports import Vectors

AnyVectors = Vectors | HalfVectors
CHUNK = 16_384
"""Vectors converted at once."""
_EXPONENT = 0x7C00
_MANTISSA_SHIFT = 13
_KEPT_BITS = np.int32(-0x70002000)
"""Sign, exponent and mantissa of a float16 among the bits of a float32."""
_EXPONENT_BIAS = np.float32(2.0**112)


def as_halves(vectors: AnyVectors) -> HalfVectors:
    """Copy vectors (n, d) as float16, C-contiguous, with one zero.

    Numbers below 0.00006, which float16 holds only in part, become zero.
    """
    halves = vectors.astype(np.float16, order="C")
    bits = halves.view(np.uint16)
    bits[bits & _EXPONENT == 0] = 0
    return halves


def as_floats(halves: HalfVectors) -> Vectors:
    """Copy what `as_halves` gave (n, d) as float32: `astype`, in an eighth of its time."""
    bits = halves.view(np.int16).astype(np.int32)
    np.left_shift(bits, _MANTISSA_SHIFT, out=bits)
    np.bitwise_and(bits, _KEPT_BITS, out=bits)
    floats: Vectors = bits.view(np.float32)
    np.multiply(floats, _EXPONENT_BIAS, out=floats)
    return floats
