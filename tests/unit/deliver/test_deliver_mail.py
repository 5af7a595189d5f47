"""E-mail against a real mail server on loopback."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from receivers import post_office

from voc.deliver import Mail, MailServer
from voc.deliver import mail as module
from voc.delivery import Delivery, Event, Message

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
MESSAGE = Message(
    message_id="msg_1",
    event=Event.OPENED,
    at=AT,
    title="Alert: 배송\r\nBcc: other@example.com 지연",
    facts=(("Observed", "24 in 3 days"),),
    quotes=("아직도 안 와요", "."),
    link="https://voc.example.com/alerts/a",
)
READERS = ("lead@example.com", "desk@example.com")


def mail(office, security="plain", **signs_in):
    server = MailServer("127.0.0.1", office.port, security, **signs_in)
    return Mail(server, "voc@example.com", READERS).send(MESSAGE, at=AT)


def test_a_letter_arrives_with_its_title_its_figures_and_an_id_of_its_own():
    with post_office() as office:
        assert mail(office) == Delivery()
    ((sender, readers, raw),) = office.letters
    letter = message_from_bytes(raw)
    assert (sender, readers) == ("voc@example.com", list(READERS))
    assert str(make_header(decode_header(letter["Subject"]))) == "Alert: 배송 Bcc: other@example.com 지연"
    assert letter["Bcc"] is None
    assert letter["Message-ID"] == "<msg_1@example.com>"
    assert letter["Date"] == "Mon, 09 Mar 2026 08:00:00 +0000"
    text = letter.get_payload(decode=True).decode()
    for part in ("Observed: 24 in 3 days", "> 아직도 안 와요", "https://voc.example.com/alerts/a"):
        assert part in text
    assert raw.isascii()  # no server has to know more than seven bits


def test_a_letter_goes_over_starttls_and_over_tls_with_a_password(certificate, certificate_files, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_files[0]))
    signs_in = {"user": "voc", "password": "s3cret"}
    with post_office(tls=certificate) as office:
        assert mail(office, "starttls", **signs_in) == Delivery()
    assert [word.split()[0] for word in office.heard][:4] == ["ehlo", "STARTTLS", "ehlo", "AUTH"]
    with post_office(tls=certificate, from_start=True) as direct:
        assert mail(direct, "tls", **signs_in) == Delivery()
    assert len(office.letters) == len(direct.letters) == 1


def test_a_password_is_told_to_nobody_who_can_not_be_trusted(certificate):
    with post_office(tls=certificate) as office:
        assert mail(office, "starttls", user="voc", password="s3cret") == Delivery("tls")
    with post_office() as plain:
        assert mail(plain, "starttls", user="voc", password="s3cret") == Delivery("unsupported")
    assert not any("AUTH" in said for said in (*office.heard, *plain.heard))


@pytest.mark.parametrize(
    ("says", "came"),
    [
        ({"letter": "451 later"}, Delivery("smtp_451")),
        ({"letter": "554 no"}, Delivery("smtp_554", final=True)),
        ({"mail": "550 not you"}, Delivery("smtp_550", final=True)),
        ({"rcpt": "450 later"}, Delivery("smtp_450")),
        ({"rcpt": "550 nobody"}, Delivery("smtp_550", final=True)),
        ({"quit": "500 what"}, Delivery()),
    ],
)
def test_an_answer_says_whether_trying_again_helps(says, came):
    with post_office(**says) as office:
        assert mail(office) == came


def test_a_wrong_password_is_tried_again_for_it_can_be_mended(certificate, certificate_files, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_files[0]))
    with post_office(tls=certificate, auth="535 no") as office:
        assert mail(office, "starttls", user="voc", password="wrong") == Delivery("smtp_535")


def test_a_server_that_is_not_there_or_says_nothing_is_an_answer(monkeypatch):
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        office = type("Office", (), {"port": silent.getsockname()[1]})
        assert mail(office) == Delivery("unreachable")
        silent.listen()
        monkeypatch.setattr(module, "PATIENCE_S", 0.2)
        assert mail(office) == Delivery("timeout")
