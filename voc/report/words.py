"""The words of the report and the page, in English and Korean. A test demands that both know the same ones."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "ko")

WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "What customers say", "ko": "고객의 목소리"},
    "period": {"en": "Period", "ko": "기간"},
    "items": {"en": "items", "ko": "건"},
    "mentions": {"en": "mentions", "ko": "언급"},
    "themes": {"en": "themes", "ko": "주제"},
    "reach": {"en": "people", "ko": "명"},
    "reach_help": {
        "en": "Distinct customers; without customer ids, items after near-duplicates are folded.",
        "ko": "서로 다른 고객 수. 고객 번호가 없으면 비슷한 중복 글을 하나로 센 건수입니다.",
    },
    "languages": {"en": "Languages", "ko": "언어"},
    "volume": {"en": "People heard per week", "ko": "주별 의견을 낸 사람 수"},
    "fresh": {"en": "New and growing", "ko": "새로 나타나거나 늘어나는 주제"},
    "fresh_none": {"en": "Nothing is new or growing.", "ko": "새로 나타나거나 늘어난 주제가 없습니다."},
    "spikes": {"en": "Unusual days", "ko": "평소와 달랐던 날"},
    "spikes_none": {"en": "No day stood out.", "ko": "평소와 다른 날이 없었습니다."},
    "hurting": {"en": "What hurts", "ko": "불만이 큰 주제"},
    "liked": {"en": "What people like", "ko": "좋아하는 점"},
    "answers": {"en": "Who needs an answer", "ko": "답변이 필요한 고객"},
    "answers_none": {"en": "Nobody is waiting for an urgent answer.", "ko": "급히 답해야 할 고객이 없습니다."},
    "all_themes": {"en": "All themes", "ko": "전체 주제"},
    "coverage": {"en": "Where every mention went", "ko": "모든 언급의 행방"},
    "with_theme": {"en": "with a theme", "ko": "주제 있음"},
    "no_content": {"en": "nothing said (emoji or punctuation only)", "ko": "내용 없음 (이모지·기호뿐)"},
    "unique": {"en": "unlike anything else", "ko": "비슷한 의견 없음"},
    "unsupported_language": {"en": "language the model does not know", "ko": "모델이 모르는 언어"},
    "redacted_empty": {"en": "nothing left after redaction", "ko": "개인정보를 지운 뒤 내용 없음"},
    "observed_expected": {
        "en": "{observed} people where about {expected} were to be expected",
        "ko": "평소 기대값 약 {expected}명, 실제 {observed}명",
    },
    "negative": {"en": "negative", "ko": "부정"},
    "neutral": {"en": "neutral", "ko": "중립"},
    "positive": {"en": "positive", "ko": "긍정"},
    "critical": {"en": "critical", "ko": "매우 급함"},
    "high": {"en": "urgent", "ko": "급함"},
    "normal": {"en": "ordinary", "ko": "보통"},
    "low": {"en": "no action needed", "ko": "조치 불필요"},
    "urgency": {"en": "urgent or critical", "ko": "급함 이상"},
    "theme": {"en": "Theme", "ko": "주제"},
    "sentiment": {"en": "Sentiment", "ko": "감정"},
    "trend": {"en": "Weeks", "ko": "주별 추이"},
    "quotes": {"en": "In their own words", "ko": "고객의 말"},
    "new": {"en": "new", "ko": "신규"},
    "emerging": {"en": "emerging", "ko": "급증"},
    "rising": {"en": "rising", "ko": "증가"},
    "steady": {"en": "steady", "ko": "유지"},
    "falling": {"en": "falling", "ko": "감소"},
    "dormant": {"en": "dormant", "ko": "잠잠함"},
    "made_by": {
        "en": "Made from run {run}. Every figure can be recomputed from the home it was made from.",
        "ko": "실행 {run}에서 만들었습니다. 모든 수치는 같은 데이터에서 다시 계산할 수 있습니다.",
    },
    "band_help": {
        "en": "Bars: people per week. Shade: the range to be expected from the weeks before. Red: an unusual day in it.",
        "ko": "막대: 주별 인원. 음영: 이전 주들에서 기대되는 범위. 빨강: 평소와 달랐던 날이 있는 주.",
    },
    "search": {"en": "Search", "ko": "검색"},
    "search_hint": {"en": "What might customers have said?", "ko": "고객이 뭐라고 했을까요?"},
    "search_none": {
        "en": "Nothing found. Try other words, or drop a filter.",
        "ko": "결과가 없습니다. 다른 말로 찾거나 조건을 줄여 보세요.",
    },
    "filter": {"en": "Filter", "ko": "조건"},
    "filter_hint": {"en": "such as lang=ko and rating<=2", "ko": "예: lang=ko and rating<=2"},
    "results": {"en": "results", "ko": "건"},
    "back": {"en": "All themes", "ko": "전체 주제"},
    "item": {"en": "Item", "ko": "원문"},
    "open_item": {"en": "whole item", "ko": "원문 보기"},
    "report": {"en": "Report", "ko": "보고서"},
    "attention": {"en": "Urgent", "ko": "긴급"},
    "keywords": {"en": "Keywords", "ko": "핵심어"},
    "part_of": {"en": "Part of", "ko": "상위 주제"},
    "subthemes": {"en": "Finer themes", "ko": "하위 주제"},
    "no_theme": {"en": "no theme", "ko": "주제 없음"},
    "waiting": {"en": "This item waits for the next run.", "ko": "다음 실행 때 분석됩니다."},
    "no_run": {"en": "No run has been published yet.", "ko": "아직 발행된 실행이 없습니다."},
    "no_run_hint": {
        "en": "Read feedback and find its themes with:",
        "ko": "다음 명령으로 의견을 읽고 주제를 찾습니다:",
    },
    "skip": {"en": "Skip to content", "ko": "본문으로"},
    "language": {"en": "한국어", "ko": "English"},
    "next": {"en": "More", "ko": "더 보기"},
    "why": {"en": "Why", "ko": "이유"},
    "duplicate": {"en": "repeats another item", "ko": "다른 글과 같은 내용"},
    "conversation": {"en": "Conversation", "ko": "대화"},
    "safety": {"en": "safety", "ko": "안전"},
    "fraud_security": {"en": "fraud or security", "ko": "사기·보안"},
    "money": {"en": "money", "ko": "금전"},
    "outage": {"en": "outage", "ko": "장애"},
    "blocked": {"en": "blocked", "ko": "이용 불가"},
    "data_loss": {"en": "data loss", "ko": "데이터 손실"},
    "privacy": {"en": "privacy", "ko": "개인정보"},
    "legal": {"en": "legal", "ko": "법적 조치"},
    "churn": {"en": "leaving", "ko": "이탈"},
    "deadline": {"en": "deadline", "ko": "기한"},
    "repeat_contact": {"en": "repeated contact", "ko": "반복 문의"},
    "vulnerable": {"en": "vulnerable person", "ko": "취약 고객"},
}


class Words:
    """The words in one language: `words("title")`, with values filled in by name."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]

    def __call__(self, name: str, **values: object) -> str:
        return WORDS[name][self.language].format(**values)
