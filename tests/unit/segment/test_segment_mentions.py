from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voc.clean import normalise
from voc.model import Feedback, Unassigned
from voc.segment import content_reason, segment
from voc.segment.mentions import MOST_MENTIONS


def feedback(text: str, lang: str = "ko") -> Feedback:
    return Feedback(item_id="i", id="1", source="s", text=text, lang=lang)


def parts(text: str, lang: str = "ko") -> list[str]:
    return [mention.text for mention in segment(feedback(text, lang))]


@pytest.mark.parametrize(
    "expected",
    [
        ["맛은 괜찮은데", "가격이 부담"],
        ["디자인은 예쁘지만", "너무 느려요"],
        ["배송은 빠르고", "포장도 꼼꼼해요"],
        ["화면이 작고 글씨가 안보여요", "그리고 알림이 너무 많아요"],
        ["처음에는 잘 썼습니다", "근데 업데이트하고 자꾸 튕겨요"],
        ["앱이 실행되지 않습니다", "빨리 고쳐주시기 바랍니다"],
        ["결제가 두 번 됐어요ㅠㅠ", "환불은 언제 되나요?"],
        ["로그인이 계속 안됨", "고객센터도 며칠째 전화를 안받음"],
        ["The food was great,", "but the service was slow."],
        ["Although the room was nice,", "the staff was rude to us"],
        ["I waited 3.5 hours at St. Mary's!", "Nobody helped me."],
        ["Delivery was quick;", "the box arrived broken"],
        ["1. 로그인이 느려요", "2. 결제가 안돼요", "3. 알림이 안와요"],
    ],
)
def test_two_things_are_two_mentions(expected: list[str]) -> None:
    assert parts(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "로그인하는데 오류가 나요",
        "앱을 업데이트했는데 로그인이 안돼요",
        "저는 3년째 쓰는데 이번 업데이트가 최악이에요",
        "죄송하지만 환불이 가능한지 알려주실 수 있나요",
        "지금 새로운 화면을 계속 보고 있어요 정말로",
        "빠르기도 하지만 안정적이라서 계속 쓰게 되는 것 같아요",
        "생각보다 빠르고 좋아요",
        "Not only fast but also cheap and reliable",
        "There is nothing but advertising in this application",
        "The app crashes every time while loading my orders",
        "I ❤ this app so much",
        "짱 좋아요!",
        "Dr. Kim from Acme Inc. helped me at 9 a.m. today",
    ],
)
def test_one_thing_is_one_mention(text: str) -> None:
    assert parts(text) == [text]


def test_sentences_without_blanks_between_them_are_told_apart() -> None:
    assert parts("자꾸 튕겨서 못쓰겠어요.빨리 고쳐주시면 좋겠습니다") == [
        "자꾸 튕겨서 못쓰겠어요.",
        "빨리 고쳐주시면 좋겠습니다",
    ]


def test_scraps_join_their_neighbour() -> None:
    assert parts("아니. 로그인이 도대체 왜 안되는지 모르겠네요. 휴") == [
        "아니. 로그인이 도대체 왜 안되는지 모르겠네요. 휴"
    ]


def test_line_wrapped_by_a_mail_program_is_no_boundary() -> None:
    text = "I have been waiting for my refund since the beginning\nof last month without an answer"
    assert parts(text, "en") == [text.replace("\n", " ")]


def test_offsets_point_into_the_text_as_it_is_stored() -> None:
    item = feedback("<p>배송은  <b>빠르고</b> 포장도 꼼꼼해요&nbsp;ㅋㅋㅋㅋ</p>")
    assert [item.text[m.start : m.end] for m in segment(item)] == ["배송은  <b>빠르고", "포장도 꼼꼼해요&nbsp;ㅋㅋㅋㅋ"]
    assert [m.text for m in segment(item)] == ["배송은 빠르고", "포장도 꼼꼼해요 ㅋㅋ"]


texts = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "맛은 괜찮은데",
                "가격이 부담",
                "but it is slow",
                "좋아요",
                ". ",
                "!!",
                "👍",
                "\n",
                "- ",
                "1. ",
                "2) ",
                "ㅠㅠ",
                " ",
                "<br>",
                "&amp;",
                "<EMAIL>",
                "느려요.그래서",
                "a" * 350,
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).map(" ".join)


@given(texts)
def test_mentions_are_in_order_and_cover_all_that_is_not_blank(text: str) -> None:
    # Whom a text was sent to is not read: that has tests of its own, below.
    assume("@" not in text and "RT" not in text)
    mentions = segment(feedback(text))
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)
    assert all(one.end <= other.start for one, other in zip(mentions, mentions[1:], strict=False))
    assert [m.index for m in mentions] == list(range(len(mentions)))
    assert "".join("".join(m.text.split()) for m in mentions) == "".join(normalise(text).text.split())


def test_an_item_in_itself_is_stable_under_repetition() -> None:
    item = feedback("맛은 괜찮은데 가격이 부담. 직원이 불친절해요")
    assert segment(item) == segment(item)


def test_mention_in_another_script_has_its_own_language() -> None:
    mentions = segment(feedback("화면이 자꾸 멈추고 튕깁니다.\nPlease fix this problem as soon as possible."))
    assert [mention.lang for mention in mentions] == ["ko", "en"]


def test_product_names_do_not_change_the_language() -> None:
    assert [mention.lang for mention in segment(feedback("Galaxy Note 20 Ultra 에서 안됨"))] == ["ko"]


def test_endless_text_is_cut_and_nothing_is_lost() -> None:
    text = "화면이 멈추고 버튼이 안눌리는 상태로 " * 20
    mentions = segment(feedback(text))
    assert max(len(mention.text) for mention in mentions) <= 300
    assert "".join("".join(m.text.split()) for m in mentions) == "".join(text.split())


@pytest.mark.parametrize(
    "unit", ["안돼요 ", ". ", "그런데 ", "좋지만 ", "but it is ", "a", "가", "👍 ", "1. a ", "ㅠㅠ가", "a;"]
)
def test_a_cell_of_a_megabyte_has_bounded_mentions_in_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    mentions = segment(feedback(text))
    assert time.perf_counter() - start < 10
    assert 1 <= len(mentions) <= MOST_MENTIONS
    assert mentions[-1].end == len(text.rstrip())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("👍👍", Unassigned.NO_CONTENT),
        ("!!!", Unassigned.NO_CONTENT),
        ("12345", Unassigned.NO_CONTENT),
        ("ㅋㅋㅋ ㅠㅠ", Unassigned.NO_CONTENT),
        ("<EMAIL>", Unassigned.REDACTED_EMPTY),
        ("<PHONE>입니다.", Unassigned.REDACTED_EMPTY),
        ("<PHONE> 결제가 안돼요", None),
        ("굿", None),
        ("ok", None),
    ],
)
def test_mention_without_a_word_says_why(text: str, reason: Unassigned | None) -> None:
    [mention] = segment(feedback(text))
    assert content_reason(mention) is reason


@pytest.mark.parametrize("text", ["", "   ", "\u200b\n", "<br><br>"])
def test_empty_text_has_no_mention(text: str) -> None:
    assert segment(feedback(text)) == ()


def test_models_do_not_read_whom_a_text_was_sent_to():
    item = Feedback(item_id="a", id="a", source="s", text="@SkyHigh my bag is lost, see http://t.co/abc @SkyHigh")
    (mention,) = segment(item)
    assert mention.text == "my bag is lost, see"
    assert item.text[mention.start : mention.end] == item.text


def test_an_address_alone_says_nothing():
    (mention,) = segment(Feedback(item_id="a", id="a", source="s", text="@SkyHigh @friend"))
    assert content_reason(mention) == Unassigned.NO_CONTENT
