"""How surprising a night's counts are: tails, their combination over windows, and the correction over streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def count_tail(
    observed: NDArray[np.integer], mean: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(X ≥ observed) of a negative binomial with variance = mean + dispersion mean² (a gamma mixture of Poissons).

    With the doubt about the mean in the dispersion it is the predictive distribution of a conjugate Poisson–gamma
    model, so that a short history alarms less.
    """
    import numpy as np
    from scipy import stats

    size = 1.0 / np.maximum(dispersion, 1e-6)
    return np.asarray(stats.nbinom.sf(np.asarray(observed) - 1, size, size / (size + np.maximum(mean, 1e-12))))


def share_tail(
    unhappy: NDArray[np.integer], people: NDArray[np.integer], share: NDArray[np.float64], known: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(X ≥ unhappy) of a beta-binomial among `people`: `share` is usual, as sure as `known` people make it."""
    import numpy as np
    from scipy import stats

    return np.asarray(stats.betabinom.sf(np.asarray(unhappy) - 1, people, share * known, (1.0 - share) * known))


def simes(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """One p-value for several of the same null hypothesis, (windows, n) to (n,) (Simes 1986).

    Valid under the positive dependence that overlapping windows have (Sarkar 1998).
    """
    import numpy as np

    ranks = np.arange(1, len(p) + 1)[:, None]
    found: NDArray[np.float64] = np.minimum((np.sort(p, axis=0) * len(p) / ranks).min(axis=0), 1.0)
    return found


def ratio_interval(
    observed: NDArray[np.integer], mean: NDArray[np.float64], dispersion: NDArray[np.float64], *, z: float = 1.96
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of observed over expected on the log scale: variance 1/observed + dispersion (delta method).

    With `dispersion` the reciprocal of a baseline's count it is the log interval of a ratio of two Poisson rates
    (Rothman 1986), as `statsmodels.stats.rates.confint_poisson_2indep` has it.
    """
    import numpy as np

    seen = np.maximum(observed, JUST_ONE)
    middle = np.log(seen / np.maximum(mean, 1e-12))
    half = z * np.sqrt(1.0 / seen + np.minimum(dispersion, LOOSEST))
    return np.exp(middle - half), np.exp(middle + half)


LOOSEST = 1e4
"""A dispersion beyond says nothing more, and its exponential is too large for a number."""
JUST_ONE = 0.5
"""Half a count stands for none, for a logarithm's sake."""


def weighted_q(p: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """q-values of Benjamini & Hochberg (1995) on p / weight (Genovese, Roeder & Wasserman 2006).

    weight: mean 1 over all hypotheses; larger where more is expected.
    """
    import numpy as np

    from voc.trend.expectation import benjamini_hochberg

    return benjamini_hochberg(np.minimum(p / np.maximum(weight, 1e-12), 1.0))
