"""This module writes documents with a chart in them as Word leaves it: with colours, extensions, and a workbook of its own."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from tests.report.charts import packed, parts_of
from tests.report.templates import OFFICE, template

SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    f' xmlns:r="{OFFICE}" xmlns:c16r2="http://schemas.microsoft.com/office/drawing/2015/06/chart"'
)
MICROSOFT = "http://schemas.microsoft.com/office"
KIND = "application/vnd.openxmlformats-officedocument"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OLD = "样例"  # what stands in the designer's sample data, and in no report


def document(
    tags: list[str], *, body: str = "{{%p for 组 in [统计数据] %}}\n{}\n{{%p endfor %}}", **options: str
) -> bytes:
    """Return a template with a chart for each tag, its alternative text; `body` is the text, the charts at `{}`."""
    parts = parts_of(template(body.replace("{}", "§").replace("{{", "{").replace("}}", "}")))
    drawings = "".join(f"<w:p><w:r>{frame(at, tag)}</w:r></w:p>" for at, tag in enumerate(tags, 1))
    text = parts["word/document.xml"].decode()
    start = text.rindex("<w:p>", 0, text.index("§"))
    end = text.index("</w:p>", start) + len("</w:p>")
    parts["word/document.xml"] = (text[:start] + drawings + text[end:]).encode()
    relations, types = "", ""
    for at in range(1, len(tags) + 1):
        parts |= chart_parts(at, **options)
        relations += f'<Relationship Id="rId7{at}" Type="{OFFICE}/chart" Target="charts/chart{at}.xml"/>'
        types += (
            f'<Override PartName="/word/charts/chart{at}.xml" ContentType="{KIND}.drawingml.chart+xml"/>'
            f'<Override PartName="/word/charts/colors{at}.xml" ContentType="application/vnd.ms-office.chartcolorstyle+xml"/>'
        )
    types = f'<Default Extension="xlsx" ContentType="{KIND}.spreadsheetml.sheet"/>{types}'
    for name, more, end_tag in (
        ("word/_rels/document.xml.rels", relations, "</Relationships>"),
        ("[Content_Types].xml", types, "</Types>"),
    ):
        parts[name] = parts[name].replace(end_tag.encode(), (more + end_tag).encode())
    return packed(parts)


def frame(at: int, tag: str) -> str:
    """Return the drawing of a chart, its alternative text as given."""
    return (
        '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="3600000" cy="1800000"/>'
        f'<wp:docPr id="{at}" name="图表 {at}" descr={quoteattr(tag)}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart {SPACES} r:id="rId7{at}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def chart_parts(at: int, title: str = "", plot: str = "", external: str = "", whole: str = "") -> dict[str, bytes]:
    """Return the chart, its workbook and its colours; `plot` is in place of two series of columns, `whole` of it all."""
    heading = (
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        if title
        else ""
    )
    workbook = f'Target="../embeddings/Microsoft_Excel_Worksheet{at}.xlsx"'
    chart = (
        f'{HEAD}<c:chartSpace {SPACES}><c:date1904 val="0"/><c:roundedCorners val="0"/>'
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="c14" xmlns:c14="{MICROSOFT}/drawing/2007/8/2/chart"><c14:style val="102"/></mc:Choice>'
        '<mc:Fallback><c:style val="2"/></mc:Fallback></mc:AlternateContent>'
        f'<c:chart>{heading}<c:autoTitleDeleted val="{int(not title)}"/><c:plotArea><c:layout/>{plot or columns()}</c:plotArea>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:externalData r:id="rId3"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
    relations = (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId3" Type="{OFFICE}/package" {external or workbook}/>'
        f'<Relationship Id="rId1" Type="{MICROSOFT}/2011/relationships/chartColorStyle" Target="colors{at}.xml"/></Relationships>'
    )
    spaces = f'xmlns:cs="{MICROSOFT}/drawing/2012/chartStyle" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    colours = f'{HEAD}<cs:colorStyle {spaces} meth="cycle" id="10"><a:schemeClr val="accent1"/></cs:colorStyle>'
    made = {
        f"word/charts/chart{at}.xml": whole or chart,
        f"word/charts/colors{at}.xml": colours,
        f"word/charts/_rels/chart{at}.xml.rels": relations,
    }
    book = {} if external else {f"word/embeddings/Microsoft_Excel_Worksheet{at}.xlsx": b"PK " + OLD.encode()}
    return {name: text.encode() for name, text in made.items()} | book


def columns(kind: str = "bar", axis: str = "catAx") -> str:
    """Return a plot of two series, with what Word adds to them."""
    drawn = "".join(series(at, kind) for at in range(2))
    first = '<c:barDir val="col"/><c:grouping val="clustered"/>' if kind == "bar" else '<c:grouping val="standard"/>'
    own = '<c:lblOffset val="100"/><c:baseTimeUnit val="months"/>' if axis == "dateAx" else '<c:lblAlgn val="ctr"/>'
    shared = '<c:delete val="0"/><c:axPos val="b"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    return (
        f'<c:{kind}Chart>{first}<c:varyColors val="0"/>{drawn}<c:axId val="1"/><c:axId val="2"/></c:{kind}Chart>'
        f'<c:{axis}><c:axId val="1"/><c:scaling/>{shared}<c:crossAx val="2"/><c:auto val="1"/>{own}</c:{axis}>'
        f'<c:valAx><c:axId val="2"/><c:scaling/>{shared}<c:crossAx val="1"/></c:valAx>'
    )


def series(at: int, kind: str = "bar") -> str:
    """Return a series of the designer's sample, in a colour of the theme, its third column in another."""
    uri = "{C3380CC4-5D6E-409C-BE32-E72D297353CC}"
    ranges = "{02D57815-91ED-43cb-92C2-25804820EDAC}"
    own = (
        f'<c16:uniqueId xmlns:c16="{MICROSOFT}/drawing/2014/chart" val="{{0000000{at}-9F6C-4DC9-A1F0-2C8F7A1B5E11}}"/>'
    )
    cells = (
        f'<c15:datalabelsRange xmlns:c15="{MICROSOFT}/drawing/2012/chart"><c15:f>{OLD}</c15:f></c15:datalabelsRange>'
    )
    texts = "".join(f'<c:pt idx="{n}"><c:v>{OLD}{n}</c:v></c:pt>' for n in range(4))
    values = "".join(f'<c:pt idx="{n}"><c:v>{n}</c:v></c:pt>' for n in range(4))
    point = (
        '<c:invertIfNegative val="0"/><c:dPt><c:idx val="2"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/></c:dPt>'
        '<c:dPt><c:idx val="3"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/></c:dPt>'
    )
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>S!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{OLD}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:schemeClr val="accent{at + 1}"/></a:solidFill></c:spPr>{point if kind == "bar" else ""}'
        f'<c:cat><c:strRef><c:f>S!$A$2:$A$5</c:f><c:strCache><c:ptCount val="4"/>{texts}</c:strCache></c:strRef></c:cat>'
        f'<c:val><c:numRef><c:f>S!$B$2:$B$5</c:f><c:numCache><c:formatCode>#,##0</c:formatCode><c:ptCount val="4"/>{values}'
        "</c:numCache></c:numRef></c:val>"
        f'<c:extLst><c:ext uri="{uri}">{own}</c:ext><c:ext uri="{ranges}">{cells}</c:ext></c:extLst></c:ser>'
    )
