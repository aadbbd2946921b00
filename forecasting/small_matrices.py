"""Linear algebra on many small matrices at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats


def inverses_of_many(matrices: Floats) -> tuple[Floats, Floats]:
    """Inverses and log determinants of many small positive matrices, (pairs, k, k), at once.

    Gauss-Jordan without pivoting, all pairs in one sweep: a BLAS called for each of them
    spends more on its threads than on the sums, and adds in an order of its own.
    """
    work = matrices.copy()
    log_determinants = np.zeros(len(work))
    for step in range(work.shape[1]):
        pivots = work[:, step, step].copy()
        log_determinants += np.log(pivots)
        rows = work[:, step, :] / pivots[:, None]
        columns = work[:, :, step].copy()
        work -= columns[:, :, None] * rows[:, None, :]
        work[:, step, :] = rows
        work[:, :, step] = -columns / pivots[:, None]
        work[:, step, step] = 1.0 / pivots
    return work, log_determinants


def products_of_rows(rows: Floats) -> Floats:
    """Sums of products of rows (k, n) two by two, (k, k); each pair of rows is added up once.

    By einsum: a BLAS with other threads may add in another order, and change bits.
    """
    products = np.empty((len(rows), len(rows)))
    for at, row in enumerate(rows):
        products[at, at:] = products[at:, at] = np.einsum("n,ln->l", row, rows[at:])
    return products
