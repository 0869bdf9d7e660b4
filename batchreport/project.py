"""This module knows the project on disk: its settings, schema, template and roster, and the workbooks to work on."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from batchreport.errors import BatchReportError, InputError, SchemaError, SettingsError, TemplateError
from batchreport.findings import Place, error
from batchreport.period import Period
from batchreport.schema.model import Count  # noqa: TC001  (pydantic wants it at run time)
from batchreport.schema.rules import Flag  # noqa: TC001  (likewise)
from batchreport.tomlfile import Lines, Model, complaints, parse
from batchreport.workbook.package import MIB, Limits
from batchreport.workdays import working_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from batchreport.run.outcome import Kit
    from batchreport.workbook.roster import Department

SETTINGS = "batchreport.toml"
SUBMISSIONS = "workbooks"
"""The project's folder of submissions, one folder a period in it."""
ARCHIVE = ".archive.sqlite"
"""The archive's name in the folder for what is made."""
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".csv"})
"""The endings of what is taken for a workbook."""
_LIMITS = Limits()
_SECRET = frozenset({"password", "passwd", "secret", "授权码", "密码"})
Port = Annotated[int, Field(gt=0, lt=65536, strict=True)]
"""A number that a server can listen at."""
Seconds = Annotated[float, Field(ge=0, strict=True)]
"""How long to wait."""
_SIZES = frozenset({"memory", "file", "total", "part"})
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})


class Ceilings(Model):
    """What a workbook may cost: see `Limits`; sizes in MiB, as people think of them."""

    seconds: Count = _LIMITS.seconds
    memory: Count = _LIMITS.memory // MIB
    file: Count = _LIMITS.file // MIB
    total: Count = _LIMITS.total // MIB
    part: Count = _LIMITS.part // MIB
    parts: Count = _LIMITS.parts
    rows: Count = _LIMITS.rows
    columns: Count = _LIMITS.columns
    cells: Count = _LIMITS.cells
    pictures: Count = _LIMITS.pictures

    def limits(self) -> Limits:
        """Return the limits that this means."""
        said = self.model_dump()
        return replace(_LIMITS, **{name: value * MIB if name in _SIZES else value for name, value in said.items()})


class Binding(Model):
    """How the reports of a period are bound into a book."""

    numbering: Literal["running", "restart"] = "running"
    headings: Flag = False


class MailServer(Model):
    """A mail server: see `mail.server.Server`; without `port`, that which its kind of security has."""

    host: str = Field(min_length=1)
    port: Port | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    ca_file: str = ""
    trust_any_certificate: Flag = False


class Mailbox(MailServer):
    """The mail server that workbooks are collected from, and the folder for them; `move` is where they go afterwards."""

    folder: str = Field("INBOX", min_length=1)
    move: str = ""


class Mail(Model):
    """The account that letters go out from and come in to; the password stands nowhere in the project."""

    from_: str = Field("", alias="from")
    user: str = ""
    password_command: str = ""
    smtp: MailServer | None = None
    imap: Mailbox | None = None
    pause: Seconds = 3
    limit: Count = 200


class Settings(Model):
    """What batchreport.toml says; paths are relative to its folder."""

    language: Literal["zh", "en"] | None = None
    schema_: str = Field("templates/summary.toml", alias="schema")
    template: str = "templates/summary.docx"
    rollup: str = "templates/rollup.docx"
    page: Flag = True
    roster: str = "departments.xlsx"
    out: str = "out"
    deadline_days: Count | None = None
    contact: str = ""
    holidays: str = Field("", pattern="^([A-Z]{2})?$")
    organisation: str = ""
    inbox: str = ""
    mail: Mail = Field(default_factory=lambda: Mail.model_validate({}))
    book: Binding = Field(default_factory=Binding)
    limits: Ceilings = Field(default_factory=Ceilings)


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
                    return cls(folder, _settings(folder / SETTINGS))
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
        """Return the day by which workbooks of a period are to be back, a working day, where the settings say one."""
        days = self.settings.deadline_days
        return working_day(period.end + timedelta(days=days), self.settings.holidays) if days else None

    def roster(self) -> tuple[Department, ...]:
        """Return the departments of the roster; none where there is no roster."""
        path = self.root / self.settings.roster
        if not path.is_file():
            return ()
        from batchreport.workbook.roster import read_roster  # noqa: PLC0415  (a roster is not always there)

        return read_roster(path.read_bytes(), path.name)

    def _schema_bytes(self, path: Path) -> bytes:
        return self._bytes(path, "summary.toml", SchemaError, "schema-missing")

    def _bytes(self, path: Path, starter: str, kind: type[BatchReportError], code: str) -> bytes:
        if not self.found and not path.exists():
            return files("batchreport").joinpath(f"starter/zh/templates/{starter}").read_bytes()
        try:
            return path.read_bytes()
        except OSError as problem:
            raise kind([error(code, Place(file=str(path)), said=problem.strerror or "")]) from None


def _settings(path: Path) -> Settings:
    data = path.read_bytes()
    raw, broken = parse(data, path.name)
    if broken:
        raise SettingsError([broken])
    lines = Lines(data)
    if secrets := list(_secrets(raw)):
        places = (Place(file=path.name, line=lines.of(one), key=".".join(one)) for one in secrets)
        raise SettingsError([error("settings-password", place) for place in places])
    try:
        return Settings.model_validate(raw)
    except ValidationError as problem:
        raise SettingsError(complaints(problem, Settings, path.name, lines)) from None


def _secrets(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of keys that are named like a password: it would lie in a file that is passed on."""
    for key, value in table.items():
        if key.lower() in _SECRET:
            yield (*path, key)
        elif isinstance(value, dict):
            yield from _secrets(value, (*path, key))


@dataclass(frozen=True, slots=True)
class Found:
    """A workbook on disk: its path, the name that findings give it, and the period that its folder says."""

    path: Path
    file: str
    period: Period | None


def find_workbooks(start: Path, period: Period | None = None, *, besides: Iterable[Path] = ()) -> list[Found]:
    """Return the workbooks at `start` (a file, a folder or a tree), in order of their paths.

    With `period`, folders that are named by another one are left out; so are the files and folders in `besides`.
    Raises `InputError` where there is none.
    """
    if not start.exists():
        raise InputError([error("input-missing", Place(file=str(start)))])
    if not start.is_file() and not start.is_dir():
        raise InputError([error("input-not-a-file", Place(file=str(start)))])
    found = [Found(start, start.name, _folder_period(start.parent))] if start.is_file() else [*_found(start, besides)]
    if period is not None:
        found = [item for item in found if item.period in (None, period)]
    if not found:
        code = "input-no-workbooks-for" if period else "input-no-workbooks"
        raise InputError([error(code, Place(file=str(start)), period=str(period or ""))])
    return found


def _found(start: Path, besides: Iterable[Path]) -> Iterator[Found]:
    """Yield the workbooks of a tree in order of their paths, which stay texts till then: there may be very many."""
    files = sorted(_walk(str(start), {path.resolve() for path in besides}), key=_parts)
    periods = {folder: _folder_period(start / folder) for folder in {file.rpartition("/")[0] for file in files}}
    for file in files:
        yield Found(start / file, file, periods[file.rpartition("/")[0]])


def _parts(file: str) -> list[str]:
    return os.path.normcase(file).split(os.sep)  # noqa: PTH206  (a path takes ten times as long)


def _walk(folder: str, besides: set[Path], under: str = "") -> Iterator[str]:
    names = {path.name.lower() for path in besides}
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.lower()
            if name.startswith((".", "~$")) or name in _PASSED_OVER:
                continue
            if (name in names or entry.is_symlink()) and Path(entry.path).resolve() in besides:
                continue
            if entry.is_dir():
                yield from _walk(entry.path, besides, f"{under}{entry.name}/")
            elif name.endswith(tuple(WORKBOOKS)):
                yield under + entry.name


def _folder_period(folder: Path) -> Period | None:
    """Return the period that the nearest folder named by one says, from `folder` upwards."""
    folder = folder.resolve()
    return next((period for one in (folder, *folder.parents) if (period := Period.parse(one.name))), None)
