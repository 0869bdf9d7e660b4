"""This module chooses the colours, lines and letters of a chart: those of its template, legible in black and white too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.chart.workbook import escaped

if TYPE_CHECKING:
    from batchreport.report.chart.value import Chart
    from batchreport.report.drawn.look import Look

# Where a template has no theme: quiet colours that differ in brightness.
_UNTHEMED = {
    "accent1": "2F5D8C", "accent2": "C0792A", "accent3": "6B7F3A", "accent4": "7A5C8E", "accent5": "3A8C8C",
    "accent6": "A34A4A", "bg1": "FFFFFF", "tx1": "000000",
}  # fmt: skip
_ACCENTS = tuple(f"accent{number}" for number in range(1, 7))
_TINTS = ((50, 0), (100, 0), (60, 40), (40, 60), (20, 80))
_DARK = 2  # of the tints: white letters are read on them
_GREYS = ((65, 0), (85, 0))  # of white: last period's, and that of the year before
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "star")
_SMALL, _TITLE = 900, 1050  # hundredths of a point
_LINE = 22_225  # EMU: 1.75 points
_HAIR = 6_350


def fill(look: Look, colour: str, tint: tuple[int, int] = (100, 0)) -> str:
    """Return a fill of one of the theme's colours; `tint` is how many percent of its light stay and are added."""
    stay, add = tint
    change = (f'<a:lumMod val="{stay}000"/>' if stay != 100 else "") + (f'<a:lumOff val="{add}000"/>' if add else "")  # noqa: PLR2004
    kind, value = ("schemeClr", colour) if look.themed else ("srgbClr", _UNTHEMED[colour])
    return f'<a:solidFill><a:{kind} val="{value}">{change}</a:{kind}></a:solidFill>'


def bar(look: Look, chart: Chart, at: int) -> str:
    """Return how the bars of a series look: the last series is this period, those before it are grey."""
    count = len(chart.series)
    if chart.kind == "stacked":
        return _shape(part_of_whole(look, at), look)
    if count > len(_GREYS) + 1:
        return _shape(fill(look, _ACCENTS[at % 6], _TINTS[(1 - at // 6) % 5]))
    before = count - 1 - at
    return _shape(fill(look, "bg1", _GREYS[before - 1]) if before else fill(look, "accent1"))


def part_of_whole(look: Look, at: int) -> str:
    """Return the fill of one part among several: ever lighter, then the next colour."""
    return fill(look, _ACCENTS[at // len(_TINTS) % 6], _TINTS[at % len(_TINTS)])


def slice_of(look: Look, at: int) -> str:
    """Return how a slice looks."""
    return _shape(part_of_whole(look, at), look)


def letters_on(at: int, look: Look) -> str:
    """Return the letters that are read on part `at` of a whole."""
    return letters(look, "bg1" if at % len(_TINTS) < _DARK else "tx1")


def line(look: Look, at: int) -> str:
    """Return the line and the markers of a series: each differs by dash and form, not by colour alone."""
    colour = fill(look, _ACCENTS[at % 6])
    dash, form = _DASHES[at % 6], _MARKERS[at % 6]
    drawn = f'<c:spPr><a:ln w="{_LINE}" cap="rnd">{colour}<a:prstDash val="{dash}"/><a:round/></a:ln></c:spPr>'
    inside = fill(look, "bg1") if form in {"x", "star"} else colour
    marker = f'<c:marker><c:symbol val="{form}"/><c:size val="5"/><c:spPr>{inside}<a:ln w="9525">{colour}</a:ln></c:spPr></c:marker>'
    return drawn + marker


def hair(look: Look, darkness: int) -> str:
    """Return a thin grey line, `darkness` percent black."""
    return f'<c:spPr><a:ln w="{_HAIR}">{fill(look, "bg1", (100 - darkness, 0))}</a:ln></c:spPr>'


def nothing() -> str:
    """Return what has neither a fill nor a line."""
    return "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


def letters(look: Look, colour: str = "tx1", turned: str = "") -> str:
    """Return the letters of a chart as `c:txPr`: small, in the fonts of the template's text."""
    said = properties(look, "defRPr", _SMALL, colour)
    return (
        f'<c:txPr><a:bodyPr{turned}/><a:lstStyle/><a:p><a:pPr>{said}</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def title(look: Look, chart: Chart) -> str:
    """Return the `c:title` of a chart."""
    said = properties(look, "rPr", _TITLE, "tx1")
    text = f"<a:r>{said}<a:t>{escaped(chart.title)}</a:t></a:r>"
    paragraph = f"<a:p><a:pPr>{properties(look, 'defRPr', _TITLE, 'tx1')}</a:pPr>{text}</a:p>"
    return f'<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/>{paragraph}</c:rich></c:tx><c:overlay val="0"/></c:title>'


def properties(look: Look, name: str, size: int, colour: str) -> str:
    """Return the properties of a piece of text, under the element name that its place wants."""
    faces = f'<a:latin typeface="{escaped(look.latin)}"/>' if look.latin else ""
    faces += f'<a:ea typeface="{escaped(look.asian)}"/>' if look.asian else ""
    shade = fill(look, colour, (85, 15) if colour == "tx1" else (100, 0))
    return f'<a:{name} sz="{size}" b="0">{shade}{faces}</a:{name}>'


def _shape(inside: str, parted: Look | None = None) -> str:
    """Return a shape of one fill; where shapes touch, a white line parts them."""
    edge = f'<a:ln w="9525">{fill(parted, "bg1")}</a:ln>' if parted else ""
    return f"<c:spPr>{inside}{edge}</c:spPr>"
