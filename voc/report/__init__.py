"""The theme report: one object, written as HTML, Markdown or JSON."""

from voc.report.documents import FORMATS, write_report
from voc.report.view import Report, build_report

__all__ = ["FORMATS", "Report", "build_report", "write_report"]
