"""This module tries a template on made-up data, which shows what no look at its tags alone can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import LANGUAGES, Finding, note, warning
from batchreport.report.bench.preview import preview, preview_rollup
from batchreport.report.bench.sample_data import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.findings import Place
    from batchreport.report.template import Template
    from batchreport.schema import Schema

_WITH = {
    "typical": {"zh": "编造的一般数据", "en": "typical made-up data"},
    "empty": {"zh": "没有填的工作簿", "en": "a workbook that is not filled in"},
    "extreme": {"zh": "编造的极端数据", "en": "extreme made-up data"},
}
_LACKS = frozenset({"template-no-such-row", "template-nothing-first"})


def tried(template: Template, schema: Schema, *, rollup: bool) -> list[Finding]:
    """Return what fails where a template is rendered with each kind of made-up data, each tag once.

    That is a note where no department may ever fill in such a workbook: only typical data are a warning, and not where
    they lack the one row that is looked for.
    """
    found: dict[tuple[Place, str], Finding] = {}
    for data in DATA:
        try:
            (preview_rollup if rollup else preview)(template, schema, data, past=data == "typical")
        except TemplateError as problem:
            for finding in problem.findings:
                doubt = warning if data == "typical" and finding.code not in _LACKS else note
                found.setdefault((finding.place, str(finding.details.get("tag"))), _doubt(finding, data, doubt))
    return list(found.values())


def _doubt(finding: Finding, data: str, doubt: Callable[..., Finding]) -> Finding:
    said = {language: finding.what(language) for language in LANGUAGES}
    right = {language: finding.remedy(language) for language in LANGUAGES}
    tag = finding.details.get("tag", "")
    return doubt("template-fails-with", finding.place, tag=tag, said=said, right=right, data=_WITH[data])
