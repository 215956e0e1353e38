"""Tell a media file by its first bytes, where raw samples are expected or a file cannot be opened."""

import struct
from collections.abc import Callable

_STARTS = (b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"caff", b".snd", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"FLV\x01")
_FORMS = {b"RIFF": (b"WAVE", b"AVI "), b"RIFX": (b"WAVE",), b"RF64": (b"WAVE",), b"BW64": (b"WAVE",)}
_FORMS[b"FORM"] = (b"AIFF", b"AIFC")
_NAMES = {b"fLaC": "FLAC", b"OggS": "Ogg", b"\x1aE\xdf\xa3": "Matroska or WebM", b"caff": "CAF", b".snd": "AU"}
_MP3_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1 layer III
_MP3_KBITS_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_MP3_RATES = (44_100, 48_000, 32_000)  # MPEG 1; a half and a quarter in MPEG 2 and 2.5


def media_kind(head: bytes) -> str:
    """Return what kind of media file begins with these bytes, for people, or "" if they may be anything else.

    Raw samples may begin with any bytes, so that what is found here is at least four bytes long, or repeats.
    """
    form = _FORMS.get(head[:4])
    if form and head[8:12] in form:
        return head[8:12].decode().strip().replace("WAVE", "WAV")
    if head.startswith(_STARTS):
        return next((name for start, name in _NAMES.items() if head.startswith(start)), "ASF or FLV")
    if head[4:8] == b"ftyp":
        return "MP4"
    if head[:3] == b"ID3" and len(head) > 9 and head[3] < 5 and max(head[6:10]) < 128:
        return "MP3"
    return "MP3" if _repeats(head, _mp3_frame) else "AAC" if _repeats(head, _adts_frame) else ""


def _repeats(head: bytes, length_of: Callable[[bytes], int]) -> bool:
    """Return whether three frames follow each other from the first byte on."""
    at = 0
    for _ in range(3):
        length = length_of(head[at : at + 7])
        if not length:
            return False
        at += length
    return True


def _mp3_frame(header: bytes) -> int:
    """Return the number of bytes of the MPEG layer III frame with this header (ISO 11172-3), 0 for none."""
    if len(header) < 4:
        return 0
    (word,) = struct.unpack(">I", header[:4])
    version, layer, kbits, rate = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15, word >> 10 & 3
    if word >> 21 != 0x7FF or version == 1 or layer != 1 or not 1 <= kbits <= 14 or rate == 3:
        return 0
    first = version == 3
    hertz = _MP3_RATES[rate] // (1 if first else 2 if version == 2 else 4)
    bits = 1000 * (_MP3_KBITS if first else _MP3_KBITS_LOW)[kbits - 1]
    return (144 if first else 72) * bits // hertz + (word >> 9 & 1)


def _adts_frame(header: bytes) -> int:
    """Return the number of bytes of the AAC frame with this header (ISO 13818-7), 0 for none."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0
