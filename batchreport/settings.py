"""This module says what can be set for a project, and reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from batchreport.errors import SettingsError
from batchreport.findings import Place, error
from batchreport.period import Period
from batchreport.schema.model import Count  # noqa: TC001  (pydantic wants it at run time)
from batchreport.schema.rules import Flag  # noqa: TC001  (likewise)
from batchreport.tomlfile import Lines, Model, complaints, shown
from batchreport.tomlsyntax import parse
from batchreport.workbook.package import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = "batchreport.toml"
_LIMITS = Limits()
_SECRET = frozenset({"password", "passwd", "secret", "授权码", "密码"})


def _is_country(value: str) -> str:
    if not re.fullmatch("([A-Z]{2})?", value):
        raise PydanticCustomError("settings-holidays", "", {"found": value})
    return value


Country = Annotated[str, AfterValidator(_is_country)]
"""The code of a country or region (ISO 3166-1), "" for none."""


def _is_path(value: str) -> str:
    if any(sign < " " for sign in value):  # "D:\temp" holds a tab
        raise PydanticCustomError("settings-path", "", {})
    return value


FilePath = Annotated[str, AfterValidator(_is_path)]
"""Where a file or a folder lies, from the folder of the settings."""


def _period(value: Any) -> Period:
    period = Period.parse(value) if isinstance(value, str) else None
    if period is None:
        raise PydanticCustomError("settings-deadline-period", "", {"found": shown(value)})
    return period


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise PydanticCustomError("settings-deadline", "", {"found": shown(value)})
    return day


Deadlines = dict[Annotated[Period, BeforeValidator(_period)], Annotated[date, BeforeValidator(_day)]]
"""By period the day by which workbooks are to be back, whatever else is reckoned."""
Port = Annotated[int, Field(gt=0, lt=65536, strict=True)]
"""A number that a server can listen at."""
Seconds = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
"""How long to wait."""
_SIZES = frozenset({"memory", "file", "total", "part"})


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
    ca_file: FilePath = ""
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
    schema_: FilePath = Field("templates/summary.toml", alias="schema")
    template: FilePath = "templates/summary.docx"
    rollup: FilePath = "templates/rollup.docx"
    page: Flag = True
    roster: FilePath = "departments.xlsx"
    out: FilePath = "out"
    deadline_days: Count | None = None
    deadlines: Deadlines = Field({})
    contact: str = ""
    holidays: Country = ""
    organisation: str = ""
    inbox: FilePath = ""
    mail: Mail = Field(default_factory=lambda: Mail.model_validate({}))
    book: Binding = Field(default_factory=Binding)
    limits: Ceilings = Field(default_factory=Ceilings)


def read_settings(data: bytes, file: str = SETTINGS) -> Settings:
    """Return what the bytes of a settings file say; raises `SettingsError` with every mistake in it."""
    raw, broken = parse(data, file)
    if broken:
        raise SettingsError([broken])
    lines = Lines(data)
    if secrets := list(_secrets(raw)):
        places = (Place(file=file, line=lines.of(one), key=".".join(one)) for one in secrets)
        raise SettingsError([error("settings-password", place) for place in places])
    try:
        return Settings.model_validate(raw)
    except ValidationError as problem:
        raise SettingsError(complaints(problem, Settings, file, lines)) from None


def _secrets(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of keys that are named like a password: it would lie in a file that is passed on."""
    for key, value in table.items():
        if key.lower() in _SECRET:
            yield (*path, key)
        elif isinstance(value, dict):
            yield from _secrets(value, (*path, key))
