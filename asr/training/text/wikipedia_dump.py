"""Extract the paragraphs of articles from a dump of Wikipedia, for `asr.training.text.articles`.

python -m asr.training.text.wikipedia_dump enwik8.gz --output enwik8.txt

A dump is MediaWiki's XML export, optionally compressed by gzip or bz2. A truncated dump, such as enwik8, is read to its
end. Left out are redirects, pages that are no articles, tables, notes, headings and short list items.
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

MIN_PARAGRAPH = 60  # characters; shorter ones are captions or heads of lists
MAX_PAGE = 400_000  # characters; longer ones are tables

_OTHER = re.compile(r"(Wikipedia|Template|Image|File|Category|User|Talk|MediaWiki|Help|Portal)[ :]")
_ASIDE = re.compile(
    r"<ref[^>/]*/>|<!--.*?-->|\{\|.*?\n\|\}|<(ref|math|gallery|timeline)\b.*?</\1>"
    r"|\[\[(?:File|Image|Category|[a-z-]{2,12}):[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]",
    re.DOTALL,
)
_MARKUP = re.compile(r"[{}|\[\]<>]|http")


def paragraphs(wikitext: str) -> list[str]:
    """Return the paragraphs of a page in MediaWiki's notation as plain text."""
    if len(wikitext) > MAX_PAGE:
        return []
    found = []
    for line in mwparserfromhell.parse(_ASIDE.sub("", wikitext)).strip_code().splitlines():
        line = " ".join(line.split())
        if len(line) > MIN_PARAGRAPH and line[0] not in "*#|!=:;{" and not _MARKUP.search(line):
            found.append(line)
    return found


def pages(file: IO[bytes]) -> Iterator[str]:
    """Yield the articles of a dump in MediaWiki's notation."""
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
        print(f"The dump is truncated ({error}); the pages before that were read.")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path, help="*.xml, *.gz or *.bz2")
    parser.add_argument("--output", type=Path, required=True, help="text file to write, one paragraph per line")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    unpack: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(args.dump.suffix, Path.open)
    with unpack(args.dump, "rb") as file, args.output.open("w", encoding="utf-8") as output, Pool() as pool:
        for found in pool.imap(paragraphs, pages(file), 64):
            output.writelines(f"{line}\n" for line in found)


if __name__ == "__main__":
    main()
