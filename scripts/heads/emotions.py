"""How the 44 emotions of KOTE and the 28 of GoEmotions map on the product's six, and on sentiment.

KOTE: Jeon et al. 2022, arXiv:2205.05300. GoEmotions: Demszky et al. 2020, arXiv:2005.00547, whose published grouping by
sentiment is used as it is. No emotion of the six is `neutral`, the empty set.
"""

from __future__ import annotations

from collections.abc import Iterable

_KOTE = {
    "joy": "기쁨 행복 즐거움/신남 흐뭇함(귀여움/예쁨) 편안/쾌적 기대감 아껴주는 뿌듯함",
    "appreciation": "고마움 존경 환영/호의 감동/감탄 안심/신뢰",
    "anger": "화남/분노 짜증 불평/불만 증오/혐오 어이없음 한심함 지긋지긋 역겨움/징그러움 우쭐댐/무시함",
    "disappointment": "슬픔 안타까움/실망 절망 서러움 힘듦/지침 죄책감 부끄러움 패배/자기혐오 불쌍함/연민 재미없음",
    "anxiety": "불안/걱정 공포/무서움 의심/불신 부담/안_내킴 당황/난처",
    "surprise": "놀람 신기함/관심 깨달음 경악",
}
_GOEMOTIONS = {
    "joy": "joy amusement excitement love optimism pride relief desire",
    "appreciation": "admiration gratitude approval caring",
    "anger": "anger annoyance disapproval disgust",
    "disappointment": "disappointment sadness grief remorse embarrassment",
    "anxiety": "fear nervousness",
    "surprise": "surprise realization confusion curiosity",
}
_KOTE_POSITIVE = frozenset(
    "기쁨 행복 감동/감탄 고마움 환영/호의 즐거움/신남 존경 아껴주는 흐뭇함(귀여움/예쁨) "  # noqa: SIM905
    "뿌듯함 편안/쾌적 안심/신뢰 기대감".split()
)
_KOTE_NEGATIVE = frozenset(
    "안타까움/실망 불평/불만 어이없음 짜증 화남/분노 의심/불신 한심함 증오/혐오 불안/걱정 지긋지긋 "  # noqa: SIM905
    "경악 슬픔 부담/안_내킴 역겨움/징그러움 힘듦/지침 재미없음 절망 귀찮음 부끄러움 서러움 패배/자기혐오 "
    "공포/무서움 죄책감 당황/난처 우쭐댐/무시함".split()
)
_POSITIVE = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split()  # noqa: SIM905
)
_NEGATIVE = frozenset(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split()  # noqa: SIM905
)
NEGATIVE, NEUTRAL, POSITIVE = range(3)


def of_kote(labels: Iterable[str]) -> frozenset[str]:
    """Emotions that at least two of the set's finer labels point to, or the only one that any points to.

    A label there needs one rater of five, so a comment carries eight labels in the mean: one alone is a whisper.
    """
    names = set(labels)
    counts = {emotion: len(names & set(finer.split())) for emotion, finer in _KOTE.items()}
    strong = frozenset(emotion for emotion, count in counts.items() if count >= 2)
    weak = frozenset(emotion for emotion, count in counts.items() if count)
    return strong or (weak if "없음" not in names else frozenset())


def of_goemotions(labels: Iterable[str]) -> frozenset[str]:
    names = set(labels)
    return frozenset(emotion for emotion, finer in _GOEMOTIONS.items() if names & set(finer.split()))


def kote_sentiment(labels: Iterable[str]) -> int | None:
    """Only comments whose emotions clearly lean one way; None otherwise."""
    names = set(labels)
    positive, negative = len(names & _KOTE_POSITIVE), len(names & _KOTE_NEGATIVE)
    if negative >= 3 and positive == 0:
        return NEGATIVE
    if positive >= 3 and negative == 0:
        return POSITIVE
    return NEUTRAL if "없음" in names and positive <= 1 and negative <= 1 else None


def goemotions_sentiment(labels: Iterable[str]) -> int | None:
    """Ambiguous emotions (surprise, curiosity …) alone, and both sides at once, say nothing."""
    names = set(labels)
    positive, negative = bool(names & _POSITIVE), bool(names & _NEGATIVE)
    if positive != negative:
        return POSITIVE if positive else NEGATIVE
    return NEUTRAL if names == {"neutral"} else None
