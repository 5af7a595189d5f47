"""The sample feedback that ships with voc: ten weeks of an invented shopping and delivery app, in six channels.

`feedback.csv` is what `voc demo` reads; `feedback_extra.jsonl` is the morning after, for a second run; `planted.json`
says what was planted in the CSV (an outage, a release regression, a slow ramp, praise, spam, duplicates, personal data,
broken rows). All of it is written by `scripts/make_demo_data.py` and none of it by hand.

The company, its customers and every personal datum are invented. Licence of the sample text: Apache-2.0, like the
project.
"""

from __future__ import annotations

from pathlib import Path


def sample_path() -> Path:
    """The sample feedback: CSV, UTF-8, a header, a few broken rows on purpose."""
    return Path(__file__).with_name("feedback.csv")


def extra_path() -> Path:
    """What comes in the morning after the sample ends: JSON lines, for showing a second run."""
    return Path(__file__).with_name("feedback_extra.jsonl")


def planted_path() -> Path:
    """The answer sheet to the sample: JSON."""
    return Path(__file__).with_name("planted.json")
