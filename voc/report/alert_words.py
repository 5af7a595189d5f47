"""The words of alerts, of flags and of the week, in English and Korean: part of `voc.report.words`."""

from __future__ import annotations

from collections.abc import Mapping

ALERT_WORDS: Mapping[str, Mapping[str, str]] = {
    "unusual": {"en": "What is unusual", "ko": "평소와 다른 점"},
    "unusual_none": {"en": "Nothing goes beyond expectation.", "ko": "기대 범위를 벗어난 것이 없습니다."},
    "unusual_unknown": {"en": "Nothing can be told yet.", "ko": "아직 알 수 없습니다."},
    "too_short": {
        "en": "Alerts begin after {least} whole days of feedback; so far there are {days}.",
        "ko": "알림은 하루가 다 찬 의견이 {least}일치 쌓인 뒤에 시작합니다. 지금까지 {days}일치가 있습니다.",
    },
    "tested": {
        "en": "Tested each night: {themes} themes, fine and coarse, in all feedback and in {parts} parts of it "
        "(sources, versions, countries, segments). By the setting at most {rate} false alarms a month.",
        "ko": "매일 밤 세부·큰 주제 {themes}개를 전체 의견과 {parts}개 부분(출처·버전·국가·고객군)에서 "
        "검정합니다. 설정상 거짓 알림은 한 달에 많아야 {rate}건입니다.",
    },
    "not_watched": {"en": "No night has been watched yet.", "ko": "아직 살펴본 밤이 없습니다."},
    "people_observed": {
        "en": "{observed} people where about {expected} were to be expected",
        "ko": "평소 기대값 약 {expected}명, 실제 {observed}명",
    },
    "unhappy_observed": {
        "en": "{observed} unhappy people where about {expected} were to be expected",
        "ko": "불만족한 고객: 평소 기대값 약 {expected}명, 실제 {observed}명",
    },
    "times": {"en": "{ratio} times (95 %: {interval})", "ko": "{ratio}배 (95 %: {interval})"},
    "observed_in": {"en": "{said} {window}, {times}", "ko": "{window} {said}, {times}"},
    "in_days": {"en": "in {days} days", "ko": "{days}일 동안"},
    "in_one_day": {"en": "in one day", "ko": "하루 동안"},
    "since": {"en": "since {day}", "ko": "{day}부터"},
    "until": {"en": "until {day}", "ko": "{day}까지"},
    "so_far": {"en": "{reach} people so far", "ko": "지금까지 {reach}명"},
    "whole": {"en": "all feedback", "ko": "전체 의견"},
    "more_often": {"en": "More often than usual", "ko": "평소보다 많은 속성"},
    "share_usual": {"en": "{share} ({low} – {high}), before {usual}", "ko": "{share} ({low} – {high}), 이전 {usual}"},
    "status": {"en": "Status", "ko": "상태"},
    "status_open": {"en": "open", "ko": "열림"},
    "status_acknowledged": {"en": "acknowledged", "ko": "확인됨"},
    "status_snoozed": {"en": "snoozed", "ko": "미룸"},
    "status_closed": {"en": "closed", "ko": "닫힘"},
    "assignee": {"en": "Assignee", "ko": "담당자"},
    "asleep": {"en": "Snoozed", "ko": "미뤄 둔 알림"},
    "closed_lately": {"en": "Closed in the last seven days", "ko": "최근 7일 안에 닫힌 알림"},
    "show_open": {"en": "Open", "ko": "열린 것"},
    "show_all": {"en": "All", "ko": "전체"},
    "alerts_none": {"en": "There has been no alert.", "ko": "알림이 없었습니다."},
    "evidence_none": {"en": "What it rested on was erased.", "ko": "근거가 된 의견이 지워졌습니다."},
    "no_one_theme": {"en": "no single theme", "ko": "특정 주제 아님"},
    "opened_on": {"en": "Told by the night of", "ko": "처음 알린 밤"},
    "updated_on": {"en": "Last unusual on", "ko": "마지막으로 평소와 달랐던 날"},
    "what_to_do": {"en": "What to do with it", "ko": "처리"},
    "do_acknowledge": {"en": "Acknowledge", "ko": "확인"},
    "do_assign": {"en": "Assign", "ko": "담당자 지정"},
    "do_snooze": {"en": "Snooze", "ko": "미루기"},
    "do_close": {"en": "Close", "ko": "닫기"},
    "do_reopen": {"en": "Reopen", "ko": "다시 열기"},
    "close_why": {"en": "Why it is closed", "ko": "닫는 이유"},
    "snooze_until": {"en": "Until (empty: a week)", "ko": "언제까지 (비우면 일주일)"},
    "over": {"en": "over", "ko": "끝남"},
    "flags": {"en": "One text, many times", "ko": "되풀이해 올라온 같은 글"},
    "flag_line": {
        "en": "One text sent {copies} times {days}{place}: counted as one voice.",
        "ko": "{days} 같은 글 {copies}번{place}: 한 사람의 의견으로 셉니다.",
    },
    "flag_day": {"en": "on {first}", "ko": "{first}"},
    "flag_days": {"en": "between {first} and {last}", "ko": "{first}부터 {last}까지"},
    "flag_customers": {"en": "{customers} customers", "ko": "고객 {customers}명"},
    "week": {"en": "This week", "ko": "이번 주"},
    "week_days": {
        "en": "{first} – {last}: the last seven whole days, beside the seven before.",
        "ko": "{first} – {last}: 하루가 다 지난 최근 7일을 그 앞 7일과 견줍니다.",
    },
    "week_none": {"en": "Nothing is dated.", "ko": "날짜가 있는 의견이 없습니다."},
    "not_compared": {
        "en": "The feedback does not reach back over the week before.",
        "ko": "그 앞 주 전체의 의견이 없어 견줄 수 없습니다.",
    },
    "read_first": {"en": "Read first", "ko": "먼저 읽을 것"},
    "read_none": {"en": "Nothing presses.", "ko": "급한 것이 없습니다."},
    "why_unusual": {
        "en": "unusual: {observed} instead of about {expected}",
        "ko": "평소와 다름: 약 {expected}명 대신 {observed}명",
    },
    "why_urgent": {
        "en": "urgent: {critical} critical, {high} urgent items",
        "ko": "급함: 매우 급함 {critical}건, 급함 {high}건",
    },
    "why_unhappy": {"en": "unhappy: {unhappy} of {people} people", "ko": "불만족: {people}명 중 {unhappy}명"},
    "why_reach": {"en": "reach: {people} people this week", "ko": "인원: 이번 주 {people}명"},
    "opened": {"en": "Alerts opened", "ko": "새 알림"},
    "grew": {"en": "Alerts that grew", "ko": "커진 알림"},
    "grew_by": {"en": "{before} → {reach} people", "ko": "{before} → {reach}명"},
    "closed": {"en": "Alerts closed", "ko": "닫힌 알림"},
    "rose": {"en": "Rose", "ko": "늘어난 주제"},
    "fell": {"en": "Fell", "ko": "줄어든 주제"},
    "moved_by": {"en": "{before} → {people} people, {times}", "ko": "{before} → {people}명, {times}"},
    "week_fresh": {"en": "New themes", "ko": "새 주제"},
    "week_figures": {
        "en": "{people} people (before {people_before}); critical items {critical} ({critical_before}), "
        "urgent ones {high} ({high_before})",
        "ko": "{people}명 (앞 주 {people_before}명), 매우 급함 {critical}건 ({critical_before}건), 급함 {high}건 "
        "({high_before}건)",
    },
}
