"""Labels of coarse themes, from what their children share: a word in most of them, or the two largest children.

Owns the wording for parents; children are named by `labels`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_SHARED = 0.5
"""A word heads the parent when children with this share of its members have it."""


def coarse_label(
    labels: Sequence[str], keywords: Sequence[Sequence[str]], sizes: Sequence[int], own: Sequence[str]
) -> str:
    """The label of a parent in one language.

    labels, keywords, sizes: of its children; own: the parent's own keywords, most telling first
    One child: its label. A keyword that children with half of the members share leads; a second shared or leading word
    stands beside it (결제·환불). Without any, the label of the largest child stands for the rest.
    """
    order = sorted(range(len(labels)), key=lambda i: (-sizes[i], labels[i]))
    if len(order) == 1:
        return labels[order[0]]
    carried: dict[str, int] = defaultdict(int)
    for i in order:
        for word in own:
            if any(word.casefold() == k.casefold() for k in keywords[i]) or word.casefold() in labels[i].casefold():
                carried[word] += sizes[i]
    total = sum(sizes)
    own = [word for word in own if len(word) > 1 and not word.endswith("다")]
    heads = [word for word in own if carried[word] >= _SHARED * total]
    if heads:
        beside = [word for word in own if word != heads[0] and carried[word] >= 0.25 * total]
        return "·".join([heads[0], *beside[:1]])
    leading = [word for word in own if carried[word] > 0]
    return "·".join(leading[:2]) if len(leading) >= 2 else labels[order[0]]
