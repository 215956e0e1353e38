"""Take the paragraphs of articles out of a dump of Wikipedia, for `asr.training.text.articles`:

python -m asr.training.text.wikipedia_dump enwik8.gz --output enwik8.txt

A dump is MediaWiki's export of pages as XML, packed by gzip or bz2 or not; one that is cut off somewhere, as enwik8 is,
is read to its end. Left out: redirects, pages that are no articles, tables, notes, headings; of lists, what is shorter
than a paragraph.
"""

import argparse
import bz2
import gzip
import re
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import mwparserfromhell

SHORTEST = 60  # characters of a paragraph: less is a caption or the head of a list
LONGEST = 400_000  # characters of a page: more is a table of something

_OTHER = re.compile(r"(Wikipedia|Template|Image|File|Category|User|Talk|MediaWiki|Help|Portal)[ :]")
_ASIDE = re.compile(
    r"<ref[^>/]*/>|<!--.*?-->|\{\|.*?\n\|\}|<(ref|math|gallery|timeline)\b.*?</\1>"
    r"|\[\[(?:File|Image|Category|[a-z-]{2,12}):[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]",
    re.DOTALL,
)
_MARKUP = re.compile(r"[{}|\[\]<>]|http")


def paragraphs(wikitext: str) -> list[str]:
    """The paragraphs of a page in MediaWiki's notation, as they are read."""
    if len(wikitext) > LONGEST:
        return []
    found = []
    for line in mwparserfromhell.parse(_ASIDE.sub("", wikitext)).strip_code().splitlines():
        line = " ".join(line.split())
        if len(line) > SHORTEST and line[0] not in "*#|!=:;{" and not _MARKUP.search(line):
            found.append(line)
    return found


def pages(file: IO[bytes]) -> Iterator[str]:
    """The articles of a dump in MediaWiki's notation."""
    title = ""
    try:
        for _, element in ElementTree.iterparse(file):
            name, text = element.tag.rpartition("}")[2], element.text or ""
            if name == "title":
                title = text
            elif name == "text" and text and not text.lower().startswith("#redirect") and not _OTHER.match(title):
                yield text
            elif name == "page":
                element.clear()
    except ElementTree.ParseError as error:
        print(f"The dump ends in the middle of something ({error}); what is before that was read.")


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("dump", type=Path, help="*.xml, perhaps packed: *.gz, *.bz2")
    parser.add_argument("--output", type=Path, required=True, help="a paragraph a line")
    args = parser.parse_args()
    unpack: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(args.dump.suffix, Path.open)
    with unpack(args.dump, "rb") as file, args.output.open("w", encoding="utf-8") as output, Pool() as pool:
        for found in pool.imap(paragraphs, pages(file), 64):
            output.writelines(f"{line}\n" for line in found)


if __name__ == "__main__":
    main()
