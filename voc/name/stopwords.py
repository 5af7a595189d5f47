"""Words that say nothing about a theme: function words per language, fillers of feedback, words no label should shout.

Closed lists written for feedback, kept as code so that naming reads no file. Frequent words of languages that have no
list here are damped by their weight in `keywords` alone.
"""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The blank-separated words of a list that is written to be read."""
    return frozenset(text.split())


_ENGLISH = """
a about above after again against ain't all also although always am an and any anyone anything anyway are aren't
as at be because been before being below between both but by can can't cannot could couldn't did didn't do does
doesn't doing don't done dont down during each either else even ever every everyone everything few for from
further get gets getting give go goes going gonna gone got gotten had hadn't has hasn't have haven't having he
hello her here hers herself hey hi him himself his how however i i'd i'll i'm i've if im in into is isn't it
it'd it'll it's its itself ive just keep keeps know let let's like lol made make makes making many may maybe me
might mine more most much must my myself need needs needed neither never no nor not nothing now of off oh ok
okay omg on once one only onto or other others our ours ourselves out over own please pls plz put quite rather
re really said same say saying says see seem seems shall she should shouldn't since so some somebody someone
something still such sure take taking than that that's the their theirs them themselves then there there's these
they they'd they'll they're they've thing things think this those though through thru to together told too took
totally truly try trying tried two u under until up upon ur us use used using very via want wants wanted was
wasn't way we we'd we'll we're we've well went were weren't what what's whatever when where whether which while
who who's whom whose why will with within without won't would wouldn't wow ya yeah yes yet you you'd you'll
you're you've your yours yourself amp rt via gt lt anymore already actually ago another around away back bc
cause come coming day days getting guys help hour hours keep last least literally long look lot lots man minute
minutes month months new next people right seriously thats time times today tomorrow tonight week weeks whole
work works working year years yesterday yall y'all good great best bad
"""
_GERMAN = """
aber als also am an auch auf aus bei bin bis bitte da damit dann das dass dein dem den denn der des die dies
diese doch du durch ein eine einem einen einer es euch für geht haben habe hat hier ich ihr ihre im immer in ist
ja kann kein keine man mehr mein meine mich mir mit muss nach nicht noch nur ob oder sehr sein seine sich sie
sind so über um und uns unter vom von vor war was weil wenn wie wieder wir wird zu zum zur
"""
_FRENCH = """
à ai au aussi aux avec avoir bien c'est ça ce ces cette dans de des du elle en est et être eu fait il ils je
j'ai l'on la le les leur lui ma mais me même mes moi mon ne nos notre nous on ou où par pas plus pour qu'il que
qui sa sans se ses si son sont sur ta te tes toi ton tous tout très tu un une vos votre vous
"""
_SPANISH = """
a al algo como con cuando de del desde donde el ella ellos en era es esta está este esto estoy fue ha han hasta
hay he la las le les lo los más me mi mis muy nada ni no nos o para pero por porque qué que se ser si sin sobre
son su sus también te tiene todo tu un una uno y ya yo
"""
_PORTUGUESE = """
a ao aos as até com como da das de dela dele depois do dos e ela ele eles em era essa esse está este eu foi há
isso já lhe mais mas me meu minha muito na não nas nem no nos o os ou para pela pelo por porque qual quando que
quem se sem ser seu só sua também te tem têm um uma você
"""
_ITALIAN = """
a ai al alla anche c'è che chi ci come con cosa da dal del della di e è ed era gli ha hanno ho i il in io la le
lo ma mi mia mio molto ne nel nella no noi non o per perché più quando quello questa questo qui se sei si sia
solo sono su sua suo tra tu tutto un una uno
"""
_DUTCH = """
aan al als altijd bij dan dat de den deze die dit door een en er geen heb hebben heeft het hij hoe ik in is je
kan maar me meer met mij mijn na naar niet nog nu of om onder ook op over te tot uit uw van veel voor waar was
wat we werd wie wij wil worden zal ze zich zij zijn zo
"""
FUNCTION_WORDS = {
    "en": word_set(_ENGLISH),
    "de": word_set(_GERMAN),
    "fr": word_set(_FRENCH),
    "es": word_set(_SPANISH),
    "pt": word_set(_PORTUGUESE),
    "it": word_set(_ITALIAN),
    "nl": word_set(_DUTCH),
}
"""Lower-case surface words per language; `en` also serves texts whose language has no list."""

FEEDBACK_FILLERS = word_set("good great best bad time times day days hour hours back help new work works working")
"""English words that are stop words as keywords, yet carry a phrase (bad service, flight time, great app)."""

KOREAN_FILLERS = word_set(
    """
    것 거 곳 수 때 데 점 등 분 중 후 전 내 안 밖 뿐 번 개 건 게 듯 줄 지 채 척 터 만 판 김 적 측 쪽 식 앞 뒤 위
    아래 속 옆 이 그 저 이것 그것 저것 여기 거기 저기 무엇 뭐 누구 언제 어디 얼마 이번 저번 요즘 지금 오늘 어제
    내일 이제 현재 아까 그때 이때 당시 나중 다음 처음 마지막 계속 항상 매번 매일 가끔 정말 진짜 진심 너무 매우
    아주 완전 그냥 조금 좀 약간 많이 자꾸 다시 더 가장 제일 모두 전부 전체 다 또 또한 역시 아예 전혀 별로 거의
    이상 이하 정도 경우 상황 부분 자체 관련 대해 대한 때문 덕분 이유 생각 마음 느낌 사람 사용자 고객님 본인 우리
    저희 당신 여러분 자신 하나 둘 셋 여러 가지 종류 모든 어떤 무슨 이런 그런 저런 부탁 바람 안녕 요청 참고 확인
    필요 가능 일 날 달 년 월 시간 시 초 동안 이후 이전 전후 사이 도중 순간 매 각 제 내용 말 말씀 얘기 이야기
    소리 짓 대체 도대체 혹시 제발 하다 되다 있다 없다 이다 아니다 같다 이렇다 그렇다 저렇다 어떻다 싶다 않다
    못하다 안하다 말다 주다 오다 가다 보다 나다 들다 내다 나오다 나가다 들어가다 해보다 알다 모르다 쓰다 그러다
    이러다 어쩌다 대하다 위하다 통하다 따르다 만들다 놓다 두다 버리다 가지다 갖다 받다 시키다 드리다 바라다
    부탁하다 생각하다 사용 이용 씨 님 들 니 네 예 응 음 아 어 오 헐 와 우 하 참 왜 또는 그리고 그래서 하지만
    근데 그러나 그런데 ㅡ 점점 기 ᆯ ᆫ 용 급 형 화 해 돼 되
    """
)
"""Korean units (`Unit.form`) that are never a keyword; some may still stand inside a phrase."""

KOREAN_LIGHT = word_set("하다 되다 이다 있다 같다 싶다 그렇다 이렇다 저렇다 어떻다 아니다 그러다 이러다")
"""Korean predicates so light that search drops them too."""

DEGREE = {
    "너무": "매우", "정말": "매우", "아주": "매우", "매우": "매우", "참": "매우", "진짜": "매우", "굉장히": "매우",
    "엄청": "매우", "무척": "매우", "완전": "매우", "상당히": "매우", "훨씬": "훨씬", "제일": "가장", "가장": "가장",
    "젤": "가장", "잘": "잘", "자꾸": "자꾸", "계속": "계속", "자주": "자주",
}  # fmt: skip
"""Korean adverbs of degree, manner and frequency that a label may carry, and what it writes for them."""

COARSE_WORDS = word_set(
    """
    시발 씨발 시바 ㅅㅂ 병신 ㅂㅅ 개새끼 새끼 지랄 좆 존나 졸라 개같다 꺼지다 미친놈 놈 년놈 엿 fuck fucking
    fucked fuckin shit shitty bullshit bitch asshole crap damn hell wtf ass stfu
    """
)
"""Swear words: searchable, and no part of a keyword or label."""


def function_words(lang: str) -> frozenset[str]:
    """The list of a language (ISO 639-1, region ignored), English where there is none."""
    return FUNCTION_WORDS.get(lang.partition("-")[0].lower(), FUNCTION_WORDS["en"])
