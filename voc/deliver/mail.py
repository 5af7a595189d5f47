"""E-mail by SMTP, over TLS from the start, after STARTTLS, or plain."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Literal

from voc.deliver.posting import PATIENCE_S, code_of
from voc.delivery import Delivery, Message

Security = Literal["starttls", "tls", "plain"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out. Without a user nobody signs in."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None


class Mail:
    """`Channel` that sends a plain text to all its readers at once."""

    def __init__(self, server: MailServer, sender: str, to: tuple[str, ...]) -> None:
        self._server = server
        self._sender = sender
        self._to = to

    def send(self, message: Message, *, at: datetime) -> Delivery:
        letter = written(message, self._sender, self._to, at=at)
        try:
            refused = self._sent(letter)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(min(code for code, _ in error.recipients.values()))
        except smtplib.SMTPAuthenticationError as error:  # the password can be mended, and no letter is to blame
            return Delivery(f"smtp_{error.smtp_code}")
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Delivery("unsupported")
        except smtplib.SMTPServerDisconnected as error:  # also raised over a wait that was too long
            return Delivery(code_of(error.__context__ if isinstance(error.__context__, OSError) else error))
        except (OSError, smtplib.SMTPException) as error:
            return Delivery(code_of(error))
        # Whom the server took it for has it: sending it again for the others would bring it to them twice.
        return Delivery(f"smtp_{min(code for code, _ in refused.values())}", final=True) if refused else Delivery()

    def _sent(self, letter: EmailMessage) -> Mapping[str, tuple[int, bytes]]:
        """Those of the readers whom the server did not take the letter for."""
        smtp = self._connected()
        try:
            refused: Mapping[str, tuple[int, bytes]] = smtp.send_message(letter)
            with suppress(OSError):  # the letter is theirs; how they say goodbye changes nothing
                smtp.quit()
        finally:
            smtp.close()
        return refused

    def _connected(self) -> smtplib.SMTP:
        import ssl

        server = self._server
        context = ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_S, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _refused(status: int) -> Delivery:
    """What the server's answer means: 5xx is for good (RFC 5321, 4.2.1)."""
    return Delivery(f"smtp_{status}", final=status >= 500)


def written(message: Message, sender: str, to: tuple[str, ...], *, at: datetime) -> EmailMessage:
    """The letter. Its Message-ID follows from the message, so that mailboxes know one that comes twice."""
    letter = EmailMessage()
    letter["Subject"] = " ".join(message.title.split())
    letter["From"] = sender
    letter["To"] = ", ".join(to)
    letter["Date"] = format_datetime(at)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    letter["Message-ID"] = f"<{message.message_id}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_text(message), cte="quoted-printable")
    return letter


def _text(message: Message) -> str:
    parts = [message.title, "\n".join(f"{name}: {value}" for name, value in message.facts)]
    parts.extend(f"> {quote}" for quote in message.quotes)
    parts.append(message.link or "")
    return "\n\n".join(part for part in parts if part) + "\n"
