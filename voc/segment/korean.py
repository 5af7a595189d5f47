"""Korean cues for boundaries: sentence endings without punctuation, connectives, topic particles, tone.

Owns word lists and tests of single words. Rules on syllables, no morphological analysis: a rule that is unsure says no.
"""

from __future__ import annotations

import re

_FINAL_TT, _FINAL_N = 20, 4
"""Positions of ㅆ and ㄴ among the final consonants of a syllable block (Unicode, section 3.12)."""

_TAIL = r"[~!?.,^ㄱ-ㆎ]*\Z"
_POLITE = re.compile(
    rf"(?:[가-힣](?<![필중주개수강동소])요|[가-힣]니다|[습입됩합답]니까|[가-힣]죠|[가-힣]시오|[가-힣]군여|[네세어아해돼]여){_TAIL}"
)
_PLAIN = re.compile(
    rf"(?:없|같|좋|싫|많|않|낫|쉽|어렵|무겁|가볍){{1}}다{_TAIL}|(?:없|있|하|되|좋|같)네{_TAIL}|(?:하|되|없|있|같)냐{_TAIL}"
)
_NOMINAL = re.compile(
    rf"(?:없음|같음|싶음|좋음|많음|않음|[안못]됨|[안못]함|최악임|최고임|중임|불가임|것임|거임|빠름|느림|불편함|편리함){_TAIL}"
)
_DA_OR_EUM = re.compile(rf"(?P<stem>[가-힣])(?:다|네|음|냐|지){_TAIL}")
_LAUGHS = re.compile(r"(?:[ㅋㅎㅠㅜ]{2,}|\^\^|[ㅠㅜ])[~!?.,]*\Z")
_QUOTES_ON = re.compile(
    r"(?:라고|라는|라며|라면|라니|하고|하는|하여|하며|하면|해서|해도|했|할|합니다|보니|보면|싶|치고|하더|나오|나옴|나와)|(?:고|며|는|가|뜨고|뜨는)(?![가-힣])"
)

_CONTRAST = (
    "그런데 근데 하지만 그러나 그렇지만 허나 다만 단 반면 반면에 대신 대신에 그래도 그럼에도 그럼에도불구하고 "
    "그치만 하지만은 단지"
)
CONTRAST = frozenset(_CONTRAST.split())
"""Words that begin a clause which turns against the one before."""
ADDITION = frozenset(("그리고", "또", "또한", "게다가", "그리구"))
"""Words that begin a clause which adds to the one before."""

_BUT = re.compile(r"[가-힣]{1,10}지만[,~]?\Z")
_BUT_FORMAL = re.compile(
    r"(?:[가-힣](?:으나|하나|되나|였으나|했으나|지마는)|[가-힣]{1,10}(?:는|은|ㄴ)?\s?반면(?:에)?),?\Z"
)
_POLITE_BUT = re.compile(r"(?:죄송|미안|송구|실례|번거로|번거롭|아시|바쁘|외람|감사|고맙)[가-힣]*지만")
_WHILE = re.compile(r"[가-힣]{1,10}데(?:요|도)?[,~]?\Z")
_AND = re.compile(r"[가-힣]{1,10}[^려다라냐자말참광사재최신경중보창그]고[,~]?\Z")
_AND_GOES_ON = re.compile(r"(?:있|계|싶|나서|나니|나면|보니|말)")

_ADNOMINAL = re.compile(
    r"(?:하|되|가|오|보|쓰|주|지|키|라|다|냐|려|치|내|리|르|드|자|나오|뜨|끄|켜|타|서|추|시|여|꾸|배우|크|걸리|모르|바꾸|두|떠|나가|어쩌|이러|그러|저러)는\Z"
)
_NO_TOPICS = (
    "저는 나는 저희는 우리는 전 난 제가 내가 저도 나도 너무나도 이제는 지금은 가끔은 처음은 오늘은 요즘은 "
    "어제는 많이 같이 없이 굳이 깊이 높이 일이 이리 "
    "누군가 뭔가 언젠가 무언가 정도 속도 아무도 그래도 아직도 아무래도 혹시라도 적어도 하나도 또는 혹은 다른 "
    "모든 어떤 이런 그런 저런 있는 없는 좋은 많은 "
    "같은 싫은 높은 낮은 작은 적은 받은 젊은 않은 싶은 넓은 짧은 굳은 찾은 먹은 늦은 남은 얻은 다가 하다가 "
    "인가 건가 는가 던가 그런가"
)
_NOT_TOPIC = frozenset(_NO_TOPICS.split())
_ADVERB_I = re.compile(r"(?:없이|같이|많이|히|끊임없이)\Z")

_GOOD = re.compile(
    r"좋[^지]|편하|편해|편리|괜찮|만족|예쁘|예뻐|이쁘|이뻐|빠르|빨라|빨리|맛있|친절|추천|훌륭|최고|재밌|재미있|유용|깔끔|저렴|훌륭|완벽|안정적|쉽고|쉬운|굿"
)
_BAD = re.compile(
    r"(?<![가-힣])[안못](?![가-힣]*(?:좋을|그래))|안[되돼됨]|느리|느려|느림|불편|별로|아쉽|아쉬|아쉰|최악|비싸|비싼|부담|오류|에러|짜증|답답|실망|어렵|어려|복잡|없[어음네다고는습]"
    r"|튕기|튕김|튕겨|버벅|끊기|끊김|멈추|멈춤|버그|문제|개선|수정|힘들|불친절|쓰레기|구려|구리|렉이"
)


def ends_sentence(word: str, following: str) -> bool:
    """Whether a sentence may end with `word` although no punctuation says so.

    `following` is the next word: "안돼요 라고" quotes, "하다 보니" goes on.
    """
    if _LAUGHS.search(word):
        return True
    if _QUOTES_ON.match(following):
        return False
    if _POLITE.search(word) or _PLAIN.search(word) or _NOMINAL.search(word):
        return True
    past = _DA_OR_EUM.search(word)
    return past is not None and _final(past["stem"]) in _plain_finals(word)


def _plain_finals(word: str) -> tuple[int, ...]:
    """After ㅆ: "했다", "했음", "했네"; -다 after ㄴ too: "한다". But "했지" may go on."""
    bare = word.rstrip("~!?.,^")
    if bare.endswith("다"):
        return (_FINAL_TT, _FINAL_N)
    return () if bare.endswith("지") else (_FINAL_TT,)


def _final(syllable: str) -> int:
    """Position of a syllable's final consonant, 0 for none."""
    return (ord(syllable) - 0xAC00) % 28


def turns(word: str) -> bool:
    """Whether a clause ends here that the next one contradicts: -지만, -으나, 반면; not "죄송하지만"."""
    if _POLITE_BUT.search(word):
        return False
    return bool((_BUT.search(word) and not word.startswith("하지만")) or _BUT_FORMAL.search(word))


def may_turn(word: str) -> bool:
    """Whether a clause may end here, told by what stands on both sides: -는데, -은데, -ㄴ데."""
    if not _WHILE.search(word):
        return False
    stem = word.rstrip(",~").removesuffix("요").removesuffix("도")
    return (
        len(stem) >= 2
        and (stem[-2] in "는던" or _final(stem[-2]) == _FINAL_N)
        and stem not in ("그런데", "근데", "한데")
    )


def holds_connective(word: str) -> bool:
    """Whether "하지만" after this word is its verb, not a conjunction: "빠르기도 하지만"."""
    return word.endswith(("기도", "기는", "긴", "지도", "건"))


def may_add(word: str, following: str) -> bool:
    """Whether a clause may end here with -고, and not the verb go on as in "보고 있어요"."""
    return bool(_AND.search(word)) and not _AND_GOES_ON.match(following)


def is_topic(word: str) -> bool:
    """Whether a word is a thing marked as topic or subject: "맛은", "앱이", "포장도".

    The particle has to agree with the syllable before it (은/이 after a consonant, 는/가 after a vowel), which tells
    most verbs and adverbs apart.
    """
    word = word.rstrip(",")
    if len(word) < 2 or word in _NOT_TOPIC:
        return False
    if not "가" <= word[-2] <= "힣":  # "UI가", "ETF는"
        return len(word) >= 3 and word[-1] in "은는이가도" and word[-2].isascii() and word[-2].isalnum()
    closed = _final(word[-2]) != 0
    match word[-1]:
        case "은" | "이":
            return closed and _final(word[-2]) != _FINAL_TT and not _ADVERB_I.search(word)
        case "는":
            return not closed and not _ADNOMINAL.search(word)
        case "가":
            return not closed and word[-2] not in "다려인는던"
        case "도":
            return word[-2] not in "해어아여라봐와려워켜져줘데지서정속그"
    return False


def tone(clause: str) -> int:
    """+1 praise, −1 complaint, 0 neither or both, by a few dozen word stems."""
    return bool(_GOOD.search(clause)) - bool(_BAD.search(clause))
