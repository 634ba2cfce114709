"""Columns of numbers between NumPy and Arrow without Pandas, which PyArrow imports for anything simpler."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# What a step gives, by column; whole numbers wider than 64 bits come as floats.
Columns = Mapping[str, Ints | Floats]


def ints(columns: Columns, name: str) -> Ints:
    """Return a column of whole numbers; NULL counts as 0."""
    return np.ma.filled(columns[name], 0).astype(np.int64)


def arrow(values: Ints | Floats) -> pa.Array:
    """Return the numbers as Arrow has them; the memory is shared."""
    kind = pa.int64() if values.dtype == np.int64 else pa.float64()
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def numbers(values: pa.Array) -> Ints:
    """Return whole numbers, none of them NULL, as NumPy has them."""
    return np.frombuffer(
        memoryview(values.buffers()[1]), dtype=np.int64, count=len(values), offset=8 * values.offset
    )


def lists(offsets: Ints, values: Ints, *, there: npt.NDArray[np.bool_]) -> pa.Array:
    """Return lists: number n is `values[offsets[n]:offsets[n + 1]]`, or NULL where it is not `there`."""
    mask = np.packbits(there, bitorder="little")
    ends = np.ascontiguousarray(offsets, dtype=np.int32)
    return pa.Array.from_buffers(
        pa.list_(pa.int64()), len(there), [pa.py_buffer(mask), pa.py_buffer(ends)], children=[arrow(values)]
    )
