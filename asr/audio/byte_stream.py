"""The bytes of a media file or pipe as FFmpeg reads them, and what they promise about their own end."""

import os
import struct
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_EDGE = 1 << 16  # bytes kept of the beginning and the end; an Ogg page has fewer
_PEEK = 4096  # bytes of a pipe that tell what it brings
_UNKNOWN = range(0x7FFFF000, 0x80001000)  # sizes that programs write into a pipe, since they do not know the true one
_SLACK = 1024  # bytes that may be missing: some programs count their own headers wrongly
_AT_THE_END = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # first boxes of files whose index may come last


class ByteStream:
    """A binary file or pipe that FFmpeg reads through PyAV, each byte once where it is a pipe.

    Args:
        raw: A binary stream with `read`, or `read1` that returns what is there. One that can seek is read with seeks.
        name: The name of the file, whose suffix helps FFmpeg to tell raw formats apart.
    """

    def __init__(self, raw: Any, name: str) -> None:
        self.name = name
        self._raw = raw
        self._seekable = bool(getattr(raw, "seekable", lambda: False)())
        self._read: Callable[[int], bytes] = raw.read if self._seekable else getattr(raw, "read1", raw.read)
        self._count = 0  # bytes delivered so far
        self._pending = self._tail = b""
        self._head = self._peek()
        if not self._seekable and _needs_seeks(self._head):
            self._spool()

    @property
    def head(self) -> bytes:
        """The first bytes, up to 64 kB, of a pipe only as many as one read gave at first."""
        return self._head

    @property
    def size(self) -> int:
        """Number of bytes, of a pipe as many as were read."""
        if not self._seekable:
            return self._count
        here = self._raw.tell()
        size = int(self._raw.seek(0, os.SEEK_END))
        self._raw.seek(here)
        return size

    def tail(self) -> bytes:
        """Return the last bytes, up to 64 kB, of a pipe the last that were read."""
        if not self._seekable:
            return self._tail
        here = self._raw.tell()
        self._raw.seek(max(0, self.size - _EDGE))
        tail = bytes(self._raw.read(_EDGE))
        self._raw.seek(here)
        return tail

    def readable(self) -> bool:
        """Return True; PyAV asks."""
        return True

    def seekable(self) -> bool:
        """Return whether the bytes can be read again. PyAV asks."""
        return self._seekable

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, empty at the end."""
        if self._pending:
            data, self._pending = self._pending[:size], self._pending[size:]
        else:
            data = self._read(size)
        if not self._seekable:
            if self._count < _EDGE:
                self._head = (self._head[: self._count] + data)[:_EDGE]
            self._count += len(data)
            self._tail = (self._tail + data)[-_EDGE:]
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte and return its number, or -1 where there is no such byte: PyAV prints what is raised here."""
        try:
            return int(self._raw.seek(offset, whence))
        except (OSError, ValueError):  # a damaged file names bytes before its first
            return -1

    def tell(self) -> int:
        """Return the number of the next byte."""
        return int(self._raw.tell())

    def close(self) -> None:
        """Close the file or pipe."""
        self._raw.close()

    def _peek(self) -> bytes:
        """Return the first bytes without taking them: enough to know the kind of the file."""
        if self._seekable:
            head = bytes(self._raw.read(_EDGE))
            self._raw.seek(0)
            return head
        while len(self._pending) < _PEEK and (data := self._read(_EDGE)):
            self._pending += data
        return self._pending

    def _spool(self) -> None:
        """Copy a pipe into a file without a name: some formats have their index at the end, and FFmpeg seeks there."""
        spool = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        try:
            while data := self.read(_EDGE):
                spool.write(data)
            spool.seek(0)
        except BaseException:
            spool.close()
            raise
        self._raw.close()
        self._raw, self._read, self._seekable = spool, spool.read, True


class PeekedStream:
    """A pipe whose first bytes are known before they are read.

    Args:
        raw: A binary stream with `read1`, which returns what is there, or `read`.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._read: Callable[[int], bytes] = getattr(raw, "read1", raw.read)
        self.head = b""
        while len(self.head) < _PEEK and (data := self._read(_PEEK)):
            self.head += data
        self._pending = self.head

    def read1(self, size: int) -> bytes:
        """Return up to `size` bytes, empty at the end."""
        if not self._pending:
            return self._read(size)
        data, self._pending = self._pending[:size], self._pending[size:]
        return data

    read = read1

    def close(self) -> None:
        """Close the pipe."""
        self._raw.close()


def _needs_seeks(head: bytes) -> bool:
    """Return whether FFmpeg reads a file of this kind only, or only to its exact end, where it can seek.

    An MP3 file with a header of its own, or with tags, is such a file; one that is sent as it is made has neither.
    """
    if head[4:8] in _AT_THE_END or head.startswith((b"caff", b"ID3", b"wvpk", b"MAC ", b"MP+", b"MPCK", b"TTA1")):
        return True
    return head[:1] == b"\xff" and (b"Xing" in head or b"Info" in head)


def promised_bytes(head: bytes) -> int | None:
    """Return how many bytes a file should have by its own header, or None where it does not say.

    Sources: RIFF and RF64 (EBU Tech 3306), Sony Wave64, AIFF, CAF and AU specifications, RFC 8794 (EBML, Matroska), the
    `filesize` of FLV's onMetaData, the file properties object of ASF.
    """
    with suppress(struct.error, IndexError):
        return _promise(head)
    return None


def is_cut(head: bytes, size: int) -> bool:
    """Return whether a file has fewer bytes than its header promises."""
    promised = promised_bytes(head)
    return promised is not None and size < promised - _SLACK


def mp3_samples(head: bytes, rate: int) -> int | None:
    """Return how many samples an MP3 file should have by the header that its encoder wrote, or None without one.

    FFmpeg gives another length where the file is larger than that header says, as files joined end to end are.

    Args:
        head: The first bytes of the file.
        rate: Hz.
    """
    at = 0
    if head.startswith(b"ID3") and len(head) > 10:
        at = 10 + sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    found = [place for name in (b"Xing", b"Info") if (place := head.find(name, at, at + 200)) >= 0]
    if not found or len(head) < found[0] + 144:
        return None
    at = found[0]
    flags, frames = struct.unpack_from(">II", head, at + 4)
    if not flags & 1:
        return None
    at += 8 + sum(size for bit, size in enumerate((4, 4, 100, 4)) if flags >> bit & 1)
    delays = int.from_bytes(head[at + 21 : at + 24], "big") if head[at : at + 4] in (b"LAME", b"Lavf", b"Lavc") else 0
    return max(0, frames * (1152 if rate >= 32_000 else 576) - (delays >> 12) - (delays & 0xFFF))


def _promise(head: bytes) -> int | None:
    if head[:4] == b"RIFF":
        (size,) = struct.unpack_from("<I", head, 4)
        return None if size == 0 or size in _UNKNOWN or size >= 0xFFFFF000 else size + 8
    if head[:4] in (b"RF64", b"BW64") and head[12:16] == b"ds64":
        (size,) = struct.unpack_from("<Q", head, 20)
        return size + 8 if 0 < size < 1 << 62 else None
    if head[:4] == b"riff":  # Wave64: a GUID, then 64 bits
        (size,) = struct.unpack_from("<Q", head, 16)
        return size if 0 < size < 1 << 62 else None
    if head[:4] == b"FORM":
        (size,) = struct.unpack_from(">I", head, 4)
        return size + 8 if 0 < size < 0xFFFFF000 and size not in _UNKNOWN else None
    if head[:4] == b".snd":
        offset, size = struct.unpack_from(">II", head, 4)
        return offset + size if 0 < size < 0xFFFFFFFF else None
    if head[:4] == b"caff":
        return _caf(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return _matroska(head)
    if head[:3] == b"FLV" and (at := head.find(b"\x00\x08filesize\x00")) >= 0:
        (number,) = struct.unpack_from(">d", head, at + 11)
        return int(number) if 0 < number < 1 << 62 else None
    if head[:4] == b"\x30\x26\xb2\x75" and (at := head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))) >= 0:
        (size,) = struct.unpack_from("<Q", head, at + 40)
        return size if 0 < size < 1 << 62 else None
    return None


def _caf(head: bytes) -> int | None:
    at = 8
    while at + 12 <= len(head):
        (size,) = struct.unpack_from(">q", head, at + 4)
        if size < 0:
            return None  # the length of the last chunk is not known
        at += 12 + size
    return at if at > len(head) else None


def _matroska(head: bytes) -> int | None:
    """Return where the segment ends."""
    length, size = _ebml_number(head, 4)
    at = 4 + length + size  # the segment is next
    if head[at : at + 4] != b"\x18\x53\x80\x67":
        return None
    length, size = _ebml_number(head, at + 4)
    return None if size == (1 << 7 * length) - 1 else at + 4 + length + size


def _ebml_number(data: bytes, at: int) -> tuple[int, int]:
    """Return how many bytes a number of variable length has, and its value."""
    length = 9 - data[at].bit_length()
    return length, int.from_bytes(data[at : at + length], "big") & ((1 << 7 * length) - 1)


PAGE = b"OggS"
_PAGE_HEADER = 27  # bytes, before the lengths of the segments
_FIRST, _LAST = 2, 4  # flags of a page


def ogg_has_end(tail: bytes) -> bool:
    """Return whether the last bytes of an Ogg file hold its last page whole, marked as the end of the stream."""
    at = tail.rfind(PAGE)
    return at >= 0 and len(tail) >= at + _PAGE_HEADER and bool(tail[at + 5] & _LAST) and _page_end(tail, at) is not None


def _page_end(data: bytes, at: int) -> int | None:
    """Return where the page at `at` ends, or None if not all of it is there."""
    if len(data) < at + _PAGE_HEADER or len(data) < at + _PAGE_HEADER + data[at + 26]:
        return None
    count = data[at + 26]
    end = at + _PAGE_HEADER + count + sum(data[at + _PAGE_HEADER : at + _PAGE_HEADER + count])
    return end if len(data) >= end else None


class OggLinks:
    """An Ogg stream as FFmpeg can read it: a chain of whole streams, one link after the other (RFC 3533, section 4).

    FFmpeg opens its decoders once, so a link with another rate or another number of channels needs them opened again.
    A read returns nothing at the end of a link; `next_link` goes on with the one after it.
    """

    def __init__(self, source: ByteStream) -> None:
        self.name = source.name
        self.links = 1
        self._source = source
        self._buffer, self._ready = b"", 0  # bytes read, and how many of them belong to this link
        self._body = self._link_over = self._over = False  # a page after the first ones has come

    def readable(self) -> bool:
        """Return True; PyAV asks."""
        return True

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of this link, empty at its end."""
        while not self._ready and not self._link_over:
            self._scan()
        take = min(size, self._ready)
        data, self._buffer = self._buffer[:take], self._buffer[take:]
        self._ready -= take
        return data

    def next_link(self) -> bool:
        """Skip what is left of this link; return whether another one follows."""
        while self.read(_EDGE):
            pass
        if self._over and not self._buffer:
            return False
        self._body = self._link_over = False
        self.links += 1
        return True

    def _scan(self) -> None:
        """Find the bytes of whole pages at the start of the buffer, up to the first page of another link."""
        if not self._over and len(self._buffer) < 2 * _EDGE:
            data = self._source.read(_EDGE)
            self._over = not data
            self._buffer += data
        at = 0
        while True:
            start = self._buffer.find(PAGE, at)
            if start < 0:  # no page, or bytes between two
                at = len(self._buffer) if self._over else max(at, len(self._buffer) - len(PAGE) + 1)
                break
            end = _page_end(self._buffer, start)
            if end is None:
                at = len(self._buffer) if self._over else start
                break
            first = bool(self._buffer[start + 5] & _FIRST)
            if first and self._body:
                self._ready, self._link_over = start, True
                return
            self._body = self._body or not first
            at = end
        self._ready = at
        self._link_over = self._over
