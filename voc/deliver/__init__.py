"""Channels that carry messages to people and programs. Only `bootstrap` imports this, and picks one a destination."""

from voc.deliver.lines import Lines
from voc.deliver.mail import Mail, MailServer
from voc.deliver.slack import Slack
from voc.deliver.webhook import Webhook, secret_bytes

__all__ = ["Lines", "Mail", "MailServer", "Slack", "Webhook", "secret_bytes"]
