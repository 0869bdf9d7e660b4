"""This module holds the exceptions that end a run.

BatchReportError
├── SchemaError      the schema cannot be used
├── TemplateError    the template cannot be used
├── SettingsError    batchreport.toml or the roster cannot be used
├── InputError       there is nothing to work on
├── OutputError      the result cannot be written
└── MailError        the mail server cannot be used

Trouble in somebody's workbook is never an exception: it is a `Finding`.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.findings import Finding


_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EBUSY: "正被占用",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "空间配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "名字太长",
    errno.EIO: "磁盘读写出错",
}


def reason(problem: OSError) -> Mapping[str, str]:
    """Return why the system refused, by language: in its own words where there are none of ours."""
    said = problem.strerror or str(problem)
    return {"zh": _REASONS.get(problem.errno or 0, said), "en": said}


class BatchReportError(Exception):
    """We cannot go on, and these findings say why."""

    exit_code = 2

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.line("en") for finding in self.findings))

    def __reduce__(self) -> tuple[type[BatchReportError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class SchemaError(BatchReportError):
    """The schema cannot be used."""


class TemplateError(BatchReportError):
    """The template cannot be used."""


class SettingsError(BatchReportError):
    """The project's settings or its roster cannot be used."""


class InputError(BatchReportError):
    """There is nothing to work on."""


class OutputError(BatchReportError):
    """The result cannot be written."""


class MailError(BatchReportError):
    """The mail server cannot be used."""
