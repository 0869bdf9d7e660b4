import re
import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from batchreport.findings import LANGUAGES, catalogue

PACKAGE = Path(__file__).parents[2] / "batchreport"
PO = PACKAGE / "locale/zh/LC_MESSAGES/batchreport.po"
CODE = re.compile(
    r'"((?:cell|mail|rule|file|sheet|header|column|cells|row|field|period|department|workbook|picture|toml|schema|template|input|out|init|report|rollup|book|pdf|settings|remote|cluster|letter|post|collect|holidays|audit|trace|draft|copy|run|made|folder)-[a-z-]+)"'
)


def blanks(text: str) -> set[str]:
    """Return the names of a text's blanks."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", [code for code in catalogue("zh") if code != "words"])
def test_both_languages_say_the_same(code: str) -> None:
    """Each code has what and remedy in both languages, with the same blanks."""
    for kind in ("what", "remedy"):
        zh, en = (catalogue(language)[code][kind] for language in LANGUAGES)
        assert zh
        assert en
        assert blanks(zh) == blanks(en)


def test_the_words_of_places_are_in_both_languages() -> None:
    """Words have the same names and blanks in both."""
    zh, en = (catalogue(language)["words"] for language in LANGUAGES)

    assert {word: blanks(text) for word, text in zh.items()} == {word: blanks(text) for word, text in en.items()}


def test_every_code_in_the_program_has_a_text_and_every_text_a_use() -> None:
    """No finding without words, no words without a finding."""
    used = {code for path in PACKAGE.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))}

    assert used == set(catalogue("zh")) - {"words"}


def test_every_message_of_the_command_line_is_in_chinese() -> None:
    """The .po file has a translation for each message, and none that is not used (click's own apart)."""
    ours = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(PACKAGE, method_map=[("**.py", "python")])
    }
    text = PO.read_text("utf-8")
    own, _, _ = text.partition("# click's own words")
    with BytesIO(own.encode()) as file:
        translated = {
            message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id
        }

    assert translated == ours


def test_the_compiled_messages_are_fresh() -> None:
    """The .mo file is the .po file compiled: `make samples`."""
    made = BytesIO()
    with PO.open("rb") as source:
        write_mo(made, read_po(source))
    made.seek(0)
    with PO.with_suffix(".mo").open("rb") as committed:
        assert strings(read_mo(committed)) == strings(read_mo(made))


def strings(catalog: Catalog) -> dict[str, object]:
    """Return what stands in a catalogue, without its header, which holds the time of compiling."""
    return {str(message.id): message.string for message in catalog if message.id}
