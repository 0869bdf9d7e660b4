"""This module reads the lines of a message's head, right ones and such as mail programs really write."""

from __future__ import annotations

import re
from base64 import b64decode
from itertools import groupby
from quopri import decodestring
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 1 << 16  # signs of a line that are looked at
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([BbQq])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_PARAMETER = re.compile(r""";\s*([\w.*%-]+)\s*=\s*("(?:[^"\\]|\\.)*"?|(?:=\?[^?\s]*\?[BbQq]\?[^?]*\?=|[^;])*)""")
_ESCAPE = re.compile(r'\\(["\\])')
_PART = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
# GB 18030 holds all of GB 2312 and GBK, and programs write the elder names over text that needs it.
_CHINESE = {"gb2312", "gb_2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "euc-cn"}
# Python knows codecs that are no charsets of mail: escapes, transformations, the system's own.
_CHARSET = re.compile(
    r"(utf|us-?ascii|ascii|gb|hz|big5|euc|iso|windows|cp|koi8|shift|sjis|ks|latin|mac)[\w.:+-]*", re.ASCII
)
_LOST = "\ufffd"
_WHOLE, _ESCAPED_WHOLE = -1, -2  # in place of the number of a part


def unescaped(raw: str) -> str:
    """Return a line of a head, as the parser gives it, as text: raw 8-bit bytes are UTF-8 or else GB 18030."""
    line = "".join(raw[:_LONGEST].splitlines())
    try:
        return decoded(line.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace").decode()


def header_text(raw: str) -> str:
    """Return a line of a head with its encoded words (RFC 2047) read, wherever they stand."""
    return read_words(unescaped(raw))


def read_words(text: str) -> str:
    """Return `text` with its encoded words read; neighbours of one charset are joined before, as bytes.

    Programs split encoded words inside a character, which RFC 2047 (section 5) forbids, and even inside base64.
    """
    text = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    end = 0
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if match.start() > end or not run:
            pieces += [_joined(run), text[end : match.start()]]
            run = []
        run.append(match)
        end = match.end()
    return "".join((*pieces, _joined(run), text[end:]))


def _joined(words: Iterable[re.Match[str]]) -> str:
    """Return the text of encoded words that follow each other."""
    text = ""
    for (charset, kind), group in groupby(words, lambda word: (word[1].partition("*")[0].lower(), word[2].upper())):
        bodies = [word[3] for word in group]
        data = b"".join(_bodies(bodies)) if kind == "B" else b"".join(map(_quoted, bodies))
        text += decoded(data, charset)
    return text


def _bodies(bodies: Iterable[str]) -> Iterable[bytes]:
    """Yield the bytes of base64 texts; one that ends amidst its four signs goes on in the next."""
    rest = ""
    for body in bodies:
        rest += re.sub(r"[^A-Za-z0-9+/=]", "", body)
        if len(rest) % 4 == 0 or rest.endswith("="):
            yield _base64(rest)
            rest = ""
    yield _base64(rest)


def _base64(text: str) -> bytes:
    text = text.rstrip("=")
    text = text[:-1] if len(text) % 4 == 1 else text
    return b64decode(text + "=" * (-len(text) % 4))


def _quoted(text: str) -> bytes:
    return decodestring(text.encode("utf-8", "replace"), header=True)


def decoded(data: bytes, charset: str = "") -> str:
    """Return bytes as text by `charset`; where it is missing, unknown or wrong, as UTF-8 or else GB 18030."""
    charset = charset.strip().lower()
    named = "gb18030" if charset in _CHINESE else charset if _CHARSET.fullmatch(charset) else "utf-8"
    for candidate in (named, "utf-8", "gb18030"):
        try:
            return data.decode(candidate)
        except (LookupError, ValueError):
            continue
    try:
        return data.decode(named, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def parameter(raw: str, *names: str) -> str:
    """Return the first parameter among `names` of a line such as Content-Disposition, decoded, or "".

    Read are RFC 2231 (parts, charset, percent escapes), quoted and bare texts, and encoded words in either.
    """
    parts = _parameters(unescaped(raw))
    values = [value for name in names if (value := _value(parts.get(name, {})))]
    return next((value for value in values if _LOST not in value), values[0] if values else "")


def _parameters(line: str) -> dict[str, dict[int, tuple[str, bool]]]:
    """Return the parameters by name: text and whether it is escaped, by the number of the part."""
    found: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(";" + line.partition(";")[2]):
        if form := _PART.fullmatch(match[1].lower()):
            name, number, starred = form.groups()
            value = _bare(match[2].strip())
            whole = _ESCAPED_WHOLE if starred else _WHOLE
            found.setdefault(name, {}).setdefault(int(number) if number else whole, (value, bool(starred)))
    return found


def _bare(value: str) -> str:
    if not value.startswith('"'):
        return value
    return _ESCAPE.sub(r"\1", value[1:].removesuffix('"'))


def _value(parts: dict[int, tuple[str, bool]]) -> str:
    """Return a parameter's text: the escaped whole, or its parts in order, or the plain whole."""
    text = ""
    if _ESCAPED_WHOLE in parts:
        text = _extended([parts[_ESCAPED_WHOLE]])
    elif 0 in parts:
        text = _extended([parts[number] for number in sorted(parts) if number >= 0])
    if _WHOLE in parts and (not text or _LOST in text):
        plain = read_words(parts[_WHOLE][0])
        text = plain if not text or _LOST not in plain else text
    return read_words(text).strip()


def _extended(parts: list[tuple[str, bool]]) -> str:
    """Return the text of RFC 2231's parts: utf-8'zh'%E5%90%8E…, joined as bytes before they are decoded."""
    first, starred = parts[0]
    charset, quote, rest = first.partition("'")
    if starred and quote and "'" in rest:
        parts = [(rest.partition("'")[2], True), *parts[1:]]
    else:
        charset = ""
    data = b""
    for is_escaped, group in groupby(parts, lambda part: part[1]):  # an escape may be split as well
        joined = "".join(text for text, _ in group).encode("utf-8", "replace")
        data += unquote_to_bytes(joined) if is_escaped else joined
    return decoded(data, charset)
