"""Paragraphs of articles from a dump of Wikipedia."""

import gzip
import io
from pathlib import Path

import pytest

pytest.importorskip("mwparserfromhell")

from asr.training.text import wikipedia_dump

ARTICLE = """{{Infobox river | name = Oder | length = 840 km of which the lower part is navigable all year}}
[[Image:Oder.jpg|thumb|The [[Oder]] seen from a hill above the town, on a clear day late in the autumn]]
The '''Oder''' is a [[river]] of [[Central Europe|the middle of Europe]]&nbsp;that rises in the east<ref>Of what it is
the east is told here at length.</ref> and flows into the [[Baltic Sea]].<!-- is that so? -->

== Course ==
* Breslau and Frankfurt on the Oder
Too short.
{| class="wikitable"
| a cell of a table, which is long enough to be taken for a paragraph of the article as well
|}
It freezes in some winters&mdash;in others it does not, says {{cite|someone}} who has lived beside it for long.

[[Category:Rivers]]
[[de:Oder]]
"""

PAGE = "<page><title>{}</title><revision><text>{}</text></revision></page>"


def written(*pages: tuple[str, str]) -> str:
    from xml.sax.saxutils import escape

    inner = "".join(PAGE.format(title, escape(text)) for title, text in pages)
    return f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.3/">{inner}</mediawiki>'


def test_paragraphs_of_an_article() -> None:
    assert wikipedia_dump.paragraphs(ARTICLE) == [
        "The Oder is a river of the middle of Europe that rises in the east and flows into the Baltic Sea.",
        "It freezes in some winters\u2014in others it does not, says who has lived beside it for long.",
    ]
    assert wikipedia_dump.paragraphs("A sentence that goes on for long enough to be one. " * 10_000) == []


def test_only_articles_are_read_to_the_end_of_a_truncated_dump() -> None:
    whole = written(("Oder", "one"), ("Talk:Oder", "two"), ("Viadrus", "#REDIRECT [[Oder]]"), ("Elbe", "three"))
    assert list(wikipedia_dump.pages(io.BytesIO(whole.encode()))) == ["one", "three"]
    cut = whole[: whole.index("three")]
    assert list(wikipedia_dump.pages(io.BytesIO(cut.encode()))) == ["one"]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, output = tmp_path / "dump.xml.gz", tmp_path / "paragraphs.txt"
    sentence = "A sentence that goes on for long enough to be taken for a paragraph."
    packed.write_bytes(gzip.compress(written(("Oder", sentence)).encode()))
    monkeypatch.setattr("sys.argv", ["dump", str(packed), "--output", str(output)])
    wikipedia_dump.main()
    assert output.read_text() == f"{sentence}\n"
