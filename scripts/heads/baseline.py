"""The baseline of the facets: word and character n-grams weighed by TF-IDF, one logistic regression a label.

What anybody would try first, with scikit-learn's defaults; thresholds chosen on development rows as ours are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heads.facets import best_threshold
from heads.sources import Row


def words_and_logistic(
    train: Sequence[Row], dev: Sequence[Row], test: Sequence[Row], facet: str, labels: Sequence[str]
) -> NDArray[np.bool_]:
    """Which labels the baseline names, bool (n of test, labels)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    grams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True, max_features=60000),
    )
    x = grams.fit_transform([row.text for row in train])
    x_dev, x_test = (grams.transform([row.text for row in rows]) for rows in (dev, test))
    one = np.array(["one"] * len(dev))
    named = np.zeros((len(test), len(labels)), bool)
    for k, label in enumerate(labels):
        truth = np.array([label in getattr(row, facet) for row in train])
        if truth.sum() < 2:
            continue
        model = LogisticRegression(max_iter=500, C=4.0).fit(x, truth)
        dev_truth = np.array([label in getattr(row, facet) for row in dev])
        cut, _ = best_threshold(model.decision_function(x_dev), dev_truth, one)
        named[:, k] = model.decision_function(x_test) >= (cut if np.isfinite(cut) else 0.0)
    return named
