"""This module knows the project on disk: its settings, schema, template and roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.errors import BatchReportError, InputError, SchemaError, TemplateError, reason
from batchreport.findings import Place, error, note
from batchreport.settings import SETTINGS, Settings, read_settings
from batchreport.workdays import working_day

if TYPE_CHECKING:
    from datetime import date

    from batchreport.findings import Finding
    from batchreport.period import Period
    from batchreport.run.outcome import Kit
    from batchreport.workbook.roster import Department

BLANKS = "blank"
"""The folder of blank workbooks, in that of a period."""
SUBMISSIONS = "workbooks"
"""The project's folder of submissions, one folder a period in it."""
ARCHIVE = ".archive.sqlite"
"""The archive's name in the folder for what is made."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk; one without a settings file works with the starter's schema and template."""

    root: Path
    settings: Settings
    found: bool = True

    @classmethod
    def find(cls, *starts: Path) -> Project:
        """Return the project whose settings file is in or above the first of `starts` that has one.

        Raises `SettingsError` with every mistake in the settings file.
        """
        for start in starts:
            for folder in (start, *start.parents):
                if (folder / SETTINGS).is_file():
                    return cls(folder, read_settings((folder / SETTINGS).read_bytes()))
        return cls(Path.cwd(), Settings.model_validate({}), found=False)

    @property
    def out(self) -> Path:
        """The folder for what is made."""
        return self.root / self.settings.out

    def archive(self, out: Path | None = None) -> Path:
        """Return where the archive is: in `out` if there is one, else in the folder for what is made."""
        there = [folder / ARCHIVE for folder in (out, self.out) if folder]
        return next((path for path in there if path.is_file()), there[-1])

    @property
    def not_workbooks(self) -> tuple[Path, Path]:
        """What lies in a project and holds no submissions: the roster, and what was made."""
        return self.root / self.settings.roster, self.out

    def let_write(self, path: Path, ending: str) -> None:
        """Raise where a result is not to be written into a file that somebody named.

        That is one whose name ends otherwise than programs open such a result by, and one that the project itself needs: nobody has another copy.
        """
        place = Place(file=str(path))
        if path.suffix.lower() != ending:
            has_ending = path.suffix[1:].isascii() and path.suffix[1:].isalpha()  # 2026.11 has none
            stem = path.stem if has_ending else path.name
            raise InputError([error("file-other-ending", place, ending=ending, right=f"{stem}{ending}")])
        own = (self.settings.roster, self.settings.schema_, self.settings.template, self.settings.rollup)
        needed = {(self.root / name).resolve() for name in own if name}
        folders = {(self.root / self.settings.schema_).resolve().parent, (self.root / SUBMISSIONS).resolve()}
        there = path.resolve()
        if path.exists() and (there in needed or (folders - {self.root.resolve()}).intersection(there.parents)):
            raise InputError([error("template-file-there", place)])

    def kit(self, schema: Path | None = None, template: Path | None = None, *, render: bool = True) -> Kit:
        """Return what every department of a run shares; raises where a file of it cannot be read."""
        from batchreport.run.outcome import Kit  # noqa: PLC0415  (checking a template reads no workbook)

        schema = schema or self.root / self.settings.schema_
        schema_bytes = self._schema_bytes(schema)
        template_bytes, template_file = b"", ""
        if render:
            template = template or self.root / self.settings.template
            template_bytes = self._bytes(template, "summary.docx", TemplateError, "template-missing")
            template_file = template.name
        names = {department.code: department.name for department in self.roster()}
        limits = self.settings.limits.limits()
        return Kit(schema_bytes, schema.name, template_bytes, template_file, names, limits)

    def sources(self, schema: Path | None = None, template: Path | None = None) -> tuple[bytes, str, bytes]:
        """Return the schema's bytes and name and the template's bytes; raises where one cannot be read."""
        schema, template = schema or self.root / self.settings.schema_, template or self.root / self.settings.template
        data = self._bytes(template, "summary.docx", TemplateError, "template-missing")
        return self._schema_bytes(schema), schema.name, data

    def owns(self, kit: Kit) -> bool:
        """Tell whether a kit has the project's own schema."""
        return kit.schema == self._schema_bytes(self.root / self.settings.schema_)

    def rollup(self) -> bytes | None:
        """Return the template of the roll-up; None where the project has none."""
        path = self.root / self.settings.rollup
        return (
            self._bytes(path, "rollup.docx", TemplateError, "template-missing")
            if path.exists() or not self.found
            else None
        )

    def deadline(self, period: Period) -> date | None:
        """Return the day by which workbooks of a period are to be back, where the settings say one.

        That is the period's own, as it stands there, else a working day so many days after its end.
        """
        if own := self.settings.deadlines.get(period):
            return own
        days = self.settings.deadline_days
        return working_day(period.end + timedelta(days=days), self.settings.holidays) if days else None

    def remarks_on(self, deadline: date | None, period: Period) -> tuple[Finding, ...]:
        """Return what is to be said of a deadline that was given for once: what is shown later knows the settings' only."""
        kept = self.deadline(period)
        if deadline is None or deadline == kept:
            return ()
        days = {"deadline": deadline.isoformat(), "kept": kept.isoformat() if kept else "—"}
        return (note("period-deadline-once", Place(), period=str(period), **days),)

    def roster(self) -> tuple[Department, ...]:
        """Return the departments of the roster; none where there is no roster."""
        path = self.root / self.settings.roster
        if not path.is_file():
            return ()
        from batchreport.workbook.roster import read_roster  # noqa: PLC0415  (a roster is not always there)

        return read_roster(path.read_bytes(), path.name, self.settings.language or "zh")

    def _schema_bytes(self, path: Path) -> bytes:
        return self._bytes(path, "summary.toml", SchemaError, "schema-missing")

    def _bytes(self, path: Path, starter: str, kind: type[BatchReportError], code: str) -> bytes:
        if not self.found and not path.exists():
            return files("batchreport").joinpath(f"starter/zh/templates/{starter}").read_bytes()
        try:
            return path.read_bytes()
        except OSError as problem:
            raise kind([error(code, Place(file=str(path)), said=reason(problem))]) from None
