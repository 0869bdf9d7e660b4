"""This module holds what the templates of roll-ups, shipped ones and new ones, say in each language; @what stands for what it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Words:
    """The words and tags of a new roll-up's template: lines of drawing.py.

    In `submitted` @due is the word for what is due, if there is one, in `ending` @day the day. In `reporting`, `alike`, `many`
    and `single`, @rows is the expression for the rows that they speak of, in `star` @before that for the earlier figure.
    """

    head: tuple[str, ...]
    submitted: str
    reporting: str
    alike: tuple[str, ...]
    many: str
    single: tuple[str, ...]
    listed: str
    parted: str
    figures: str
    rates: str
    open: str
    by_choice: str
    department: str
    departments: str
    count: str
    previous: str
    change: str
    lowest: str
    median: str
    highest: str
    included: str
    warnings: str
    totals: str
    each: str
    star: str
    starred: str
    at_a_glance: str
    late: tuple[str, ...]
    ending: tuple[str, ...]


_ZH = Words(
    head=(
        "@title {{ 组织名称|接数(本期|期间, '　') }}@what汇总",
        "@header {{ 组织名称 }}　{{ 本期 }}@what汇总",
        "# {% if 组织名称|字宽 > 9 %}{{ 组织名称 }}↵{{ 本期 }}{% else %}{{ 组织名称|接数(本期|期间, '　') }}{% endif %}@what汇总",
    ),
    submitted=(
        "{% filter 句号 %}{{ 本期 }}应报送@due的单位{{ 应报|length }}个，已报送{{ 已报|length }}个"
        "{{ '，另有名单外' ~ 名单外|length ~ '个单位报送' if 名单外 }}，纳入本汇总{{ 各单位|length }}个。"
        "{{ 未报|map(attribute='单位名称')|顿号(最多=10, 量词='个单位')|前加('未报送：') }}。"
        "{{ 有误|map(attribute='单位名称')|顿号(最多=10, 量词='个单位')|前加('填报有误、未纳入：') }}。"
        "{{ 迟报|map(attribute='单位名称')|顿号(最多=10, 量词='个单位')|前加('逾期报送：') }}。"
        "{{ '本汇总只包括指定的单位' if 部分 }}{% endfilter %}"
    ),
    reporting="{{ @rows|map(attribute='填报单位')|unique|list|length }}个单位共{{ @rows|length }}项",
    alike=(
        "% if @rows|selectattr('单位数', 'gt', 1)|list",
        (
            "{% filter 句号 %}{% for 组 in (@rows|selectattr('单位数', 'gt', 1)|list)[:5] %}{{ '不止一个单位提到：' if loop.first }}"
            "{{ 组.文字|分句 }}（{{ 组.各单位|顿号(最多=5, 量词='个单位') }}）；{% endfor %}{% endfilter %}"
        ),
        "% endif",
    ),
    many="{{ @rows|length }}项逐项列在汇总.xlsx里。",
    single=(
        "% if @rows|有值('共有', True) and @rows|有值('共有', False)",
        "另有{{ @rows|有值('共有', False)|length }}项只有一个单位填报，见汇总.xlsx。",
        "% endif",
    ),
    listed="列出",
    parted="：",
    figures="各单位合计",
    rates="各单位高低分布",
    open="尚未了结的",
    by_choice="分类合计",
    department="单位",
    departments="单位数",
    count="项数",
    previous="上期",
    change="变化",
    lowest="最低",
    median="中位数",
    highest="最高",
    included="各单位情况",
    warnings="提醒",
    totals="汇总",
    each="位",
    star="{{ '*' if @before is not none and 行.上期单位数 < 行.填报单位数 }}",
    starred="表注: 注：带“*”的，部分单位没有上期数；上期为有数单位的合计，变化只按这些单位计算。",
    at_a_glance="各单位情况一览",
    late=(
        "% if 未报 or 有误 or 迟报",
        "## 报送情况",
        "表题: 未报送、填报有误和逾期报送的单位",
        "|= 3200l 2000c 3645l",
        "|! 单位 ¦ 情况 ¦ 说明",
        "|% for 位 in 未报",
        "| {{ 位.单位名称 }} ¦ {{ 位.报送情况 }} ¦ —",
        "|% endfor",
        "|% for 位 in 有误",
        "| {{ 位.单位名称 }} ¦ {{ 位.报送情况 }} ¦ 错误{{ 位.错误数 }}处，改正后再纳入",
        "|% endfor",
        "|% for 位 in 迟报",
        "| {{ 位.单位名称 }} ¦ 逾期报送 ¦ {{ 位.填报日期|日期 }}填报，逾期{{ 位.迟报天数 }}天",
        "|% endfor",
        "% endif",
    ),
    ending=(
        "% if 组织名称 and 组织名称|字宽 > 10",
        "长署名: {{ 组织名称 }}",
        "长署名日期: {{ '　' * ([28 - 组织名称|字宽, 2]|max) }}@day",
        "% else",
        "% if 组织名称",
        "署名: {{ 组织名称 }}",
        "% else",
        "间隔:",
        "% endif",
        "日期: @day",
        "% endif",
    ),
)
_EN = Words(
    head=(
        "@title {{ organisation|led_by('', ': ') }}roll-up of the @what for {{ current_period }}",
        "@language en-GB",
        "@header {{ organisation|led_by('', ' | ') }}Roll-up for {{ current_period }}",
        "# {{ organisation or 'All departments' }}",
        "Subtitle: Roll-up of the @what for {{ current_period }}",
    ),
    submitted=(
        "{% filter full_stop %}{{ submitted|length }} of the {{ expected|counted('department') }} due to report for {{ current_period }} "
        "{{ 'has' if submitted|length == 1 else 'have' }} done so"
        "{{ ', as ' ~ ('has' if unlisted|length == 1 else 'have') ~ ' ' ~ unlisted|length ~ ' not in the roster' if unlisted }}, and "
        "{{ departments|counted('department')|missing('none') }} {{ 'is' if departments|length < 2 else 'are' }} included here. "
        "{{ missing|map(attribute='name')|listing(at_most=10, counter='department')|led_by('Not submitted: ') }}. "
        "{{ faulty|map(attribute='name')|listing(at_most=10, counter='department')|led_by('Faulty and not included: ') }}. "
        "{{ late|map(attribute='name')|listing(at_most=10, counter='department')|led_by('Late: ') }}. "
        "{{ 'This roll-up covers only the departments asked for' if partial }}{% endfilter %}"
    ),
    reporting=(
        "{{ @rows|counted('item')|capitalised }} from {{ @rows|map(attribute='department')|unique|list|length|quantity('department') }}"
    ),
    alike=(
        "% if @rows|selectattr('departments', 'gt', 1)|list",
        (
            "{% filter full_stop %}{% for group in (@rows|selectattr('departments', 'gt', 1)|list)[:5] %}"
            "{{ 'Named by more than one department: ' if loop.first }}{{ group.text|clause|noted(group.names|listing(at_most=5)) }}; "
            "{% endfor %}{% endfilter %}"
        ),
        "% endif",
    ),
    many="The {{ @rows|counted('item') }} are listed in the workbook of the roll-up.",
    single=(
        "% if @rows|having('shared', True) and @rows|having('shared', False)",
        "{{ @rows|having('shared', False)|counted('figure') }} reported by one department only: see the workbook of the roll-up.",
        "% endif",
    ),
    listed="listed",
    parted=", ",
    figures="sums over all departments",
    rates="how the departments' figures are spread",
    open="still open",
    by_choice="sums",
    department="Department",
    departments="Departments",
    count="Items",
    previous="Previous",
    change="Change",
    lowest="Lowest",
    median="Median",
    highest="Highest",
    included="Departments",
    warnings="Hints",
    totals="totals",
    each="one",
    star="{{ '*' if @before is not none and row.with_previous < row.reporting }}",
    starred="Table Note: * Some departments have no earlier figure. The earlier sum and the change are those of the departments that have both.",
    at_a_glance="The departments at a glance",
    late=(
        "% if missing or faulty or late",
        "## Submissions",
        "Table Caption: Departments that are missing, faulty or late",
        "|= 3572l 2300l 3200l",
        "|! Department ¦ State ¦ Remark",
        "|% for one in missing",
        "| {{ one.name }} ¦ {{ one.state }} ¦ —",
        "|% endfor",
        "|% for one in faulty",
        "| {{ one.name }} ¦ {{ one.state }} ¦ {{ one.errors|quantity('mistake') }} to be put right first",
        "|% endfor",
        "|% for one in late",
        "| {{ one.name }} ¦ late ¦ filled in on {{ one.filled_on|date('short') }}, {{ one.days_late|quantity('day') }} late",
        "|% endfor",
        "% endif",
    ),
    ending=("Spacer:", "% if organisation", "Signature: {{ organisation }}", "% endif", "Date: @day"),
)
WORDS: Mapping[str, Words] = {"zh": _ZH, "en": _EN}
"""The words of each language."""
DAY = {
    "zh": "{{ (各单位|有值('填报日期')|map(attribute='填报日期')|max|default(本期.end))|日期 }}",
    "en": "{{ (departments|having('filled_on')|map(attribute='filled_on')|max|default(current_period.end))|date }}",
}
"""The day under a roll-up: the last on which a workbook was filled, else the period's."""


def standing(language: str, due: str = "") -> Mapping[str, Sequence[str]]:
    """Return the lines that every roll-up's template has: who has `submitted`, who is `late`, and the `ending`."""
    words = WORDS[language]
    ending = [line.replace("@day", DAY[language]) for line in words.ending]
    return {"submitted": (words.submitted.replace("@due", due),), "late": words.late, "ending": ending}
