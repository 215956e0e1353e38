"""Errors that a person can fix: a code with parameters, and one English sentence for each code.

Code compares codes, never sentences. The command line prints `str(error)`; the window translates `error.template`
and fills in `error.parameters`, so that both show the same sentence.
"""

from typing import Any, ClassVar


class EchoicError(Exception):
    """An error that a person can fix.

    Each subclass lists its codes in SENTENCES. A sentence says what was expected, what was found and what to do.

    Args:
        code: A key of SENTENCES.
        parameters: Values of the placeholders in its sentence. Further ones are kept, but not shown.

    Raises:
        KeyError: The code is unknown, or a placeholder has no parameter.
    """

    SENTENCES: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, **parameters: Any) -> None:
        self.code, self.parameters = code, parameters
        super().__init__(self.template.format(**parameters))

    @property
    def template(self) -> str:
        """The English sentence with its placeholders, which is the source text of its translations."""
        return self.SENTENCES[self.code]

    def __reduce__(self) -> tuple[Any, ...]:
        """Support pickling, so that errors reach other processes: parameters are keyword arguments."""
        return _restore, (type(self), self.code, self.parameters)


def _restore(kind: type[EchoicError], code: str, parameters: dict[str, Any]) -> EchoicError:
    return kind(code, **parameters)


class ModelError(EchoicError):
    """A model file is missing, damaged or of another kind."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "not-a-model-folder": "Expected a model folder with {files}; {path} is not a folder.",
        "missing": "No model file at {path}. Choose another with --model, or restore it from the program.",
        "not-a-file": "{path} is a folder, a pipe or a device, not a model file. Choose another with --model.",
        "damaged": "{path} is damaged or not a model file ({reason}). Restore it from the program.",
        "other-format": "{path} is not a model for this program: expected {expected!r}, found {found!r}.",
        "other-version": "The model was made for another version of Echoic (settings that differ: {fields}).",
        "impossible-config": "The settings of the model are impossible: {fields}. Choose another model.",
        "contradiction": "{path} contradicts its own settings ({reason}). Restore it from the program.",
        "other-weights": "{path} does not hold the weights that its settings need: {name} differs.",
        "language-parts": "The lexicon or language model in {folder} cannot be read: {reason}",
    }


class AudioError(EchoicError):
    """Sound cannot be read."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "missing": "{path} does not exist; give the path of a sound or video file.",
        "cannot-open": "{path} cannot be opened: {reason}.",
        "folder": "{path} is a folder; give the files in it.",
        "empty-file": "{name} is empty (0 bytes).",
        "permission": "{path} may not be read: permission denied.",
        "damaged-file": "{name} cannot be opened: it is cut short or damaged ({reason}). "
        "Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.",
        "not-media": "{name} cannot be opened: this is not sound or video ({reason}). "
        "Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.",
        "playlist": "{name} is a list that names other files, and holds no sound itself; give those files.",
        "no-sound": "{name} holds no sound (found: {kinds}).",
        "unknown-codec": "The sound in {name} has a codec that this FFmpeg cannot decode.",
        "nothing-decoded": "{name} has a sound stream, but no sound in it could be decoded.",
        "bad-sample": "{name} holds an invalid sample ({found}) at {seconds:.2f} s.",
        "damaged-packets": "{name} is damaged in {count} place(s); {seconds:.1f} s of it were read.",
        "cut-short": "{name} is cut short: it should last {expected:.1f} s but ends after {seconds:.1f} s.",
        "no-end-mark": "{name} ends after {seconds:.1f} s without the mark of its end: it is probably cut short.",
        "no-sound-inside": "{name} holds bytes between its sound that are none, in {count} place(s): tags or zeros. "
        "No sound is missing.",
        "hole-left-out": "{name} has holes of {seconds:.1f} s in its time that are too long to fill with silence; the "
        "times after them are too early.",
        "no-track": "{name} has no sound track {track}; its tracks are 1 to {count}. `echoic info` lists them.",
        "no-channel": "{name} has no channel {channel}; its channels are 1 to {count}.",
        "channels-turned-down": "{name} has steady noise in channel {channels}, which was turned down.",
        "opposite-phase": "{name} has channels of opposite phase, which would cancel each other; one was inverted.",
        "ends-before-passage": "{name} ends after {seconds}, before --start {start}.",
        "ends-in-passage": "{name} ends after {seconds}, before --end {end}.",
        "impossible-rate": "A sample rate of {rate:g} Hz is not possible; expected {lowest} to {highest} Hz.",
        "unknown-encoding": "The encoding {encoding!r} is unknown; expected one of {known}.",
        "bad-pipe-sample": "The pipe delivered an invalid sample ({found}) at {seconds:.2f} s. "
        "Check --encoding and what writes into the pipe.",
        "half-sample": "The pipe ended inside a sample ({rest} of {size} bytes); everything before it was read. "
        "Check --encoding and what writes into the pipe.",
        "read-failed": "The sound cannot be read: {reason}.",
        "pipe-unreadable": "{path} cannot be read: {reason}.",
        "silent-pipe": "No sound came through the pipe; check the program that writes into it.",
    }


class TextError(EchoicError):
    """A text that was given with a recording cannot be used."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "unreadable": "{path} cannot be read: {reason}.",
        "too-large": "{path} is larger than {largest} MB; expected the text of one recording.",
        "not-text": "{name} is not plain text; save it as a text file (UTF-8) and give that.",
        "no-words": "{name} holds no words; give the text that is spoken in the recording.",
        "no-speech": "No speech was recognised in the sound, so no text can be aligned with it.",
        "other-text": "The text does not belong to the sound: of its {words} words and the {recognised} that were "
        "recognised, {share:.0f} % agree. Give the text of this recording.",
    }


class VocabularyError(EchoicError):
    """A list of somebody's own words cannot be used."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "cannot-read": "The vocabulary {path} cannot be read: {reason}. Expected a text file with one word or phrase a "
        "line.",
        "cannot-write": "The vocabulary {path} cannot be written: {reason}.",
        "too-large": "The vocabulary {path} is larger than {limit:,} bytes; expected a text file with one word or "
        "phrase a line.",
        "not-utf-8": "Line {line} of the vocabulary {path} is no text in UTF-8; save the file as UTF-8.",
        "too-many": "{name} has {found:,} entries; expected {limit}. Leave out words that are not needed.",
        "no-word": "{name}, line {line}: expected a word before '='.",
        "no-sound": "{name}, line {line}: expected how it sounds after '=', in letters a-z (win) or ARPAbet phones "
        "(W IH N); found {found!r}.",
        "other-words": "{name}, line {line}: expected the sounds of {expected} words for {written!r}, found "
        "{found} in {sound!r}. Join the parts of one word with hyphens; part the phones of two words with |.",
        "not-spelt": "{name}, line {line}: {word!r} cannot be pronounced from its spelling. Add how it sounds, in "
        "letters: {word} = ...",
        "bad-weight": "{name}, line {line}: expected a weight of {lowest:g} to {highest:g} after ':', found {found!r}.",
        "too-long": "{name}, line {line}: expected at most {words} words of at most {letters} letters each, and sounds "
        "no longer than that.",
        "control-character": "{name}, line {line}: found a character that cannot be shown, {found}; remove it.",
        "no-pronunciation": "{name}, line {line}: the model does not know {word!r} and has no file for pronunciations "
        "({file}). Add how it sounds, in ARPAbet: {word} = ...",
        "unknown-phone": "{name}, line {line}: the model has no phone {phone!r}; expected one of {known}.",
        "too-many-sounds": "{name}: too many entries that sound alike, or too long ones ({reason}); leave some out.",
    }


class LanguageError(EchoicError):
    """The language of somebody's own texts cannot be made or used."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "missing": "No language file at {path}. `echoic adapt-language TEXT...` makes one, and --list shows those that "
        "there are.",
        "damaged": "{path} is damaged, or no file that `echoic adapt-language` made ({reason}). Make it again.",
        "cannot-write": "The language {path} cannot be written: {reason}.",
        "cannot-read": "{path} cannot be read: {reason}.",
        "unknown-kind": "{path} is no document that can be read; expected one of {known}.",
        "not-a-document": "{path} cannot be read as {kind}: {reason}.",
        "too-large": "{path} is larger than {largest} MB; expected a document. Give the parts of it that matter.",
        "pdf-missing": "Reading {path} needs the library {library}, which is not installed. Install it with: pip "
        'install "echoic[documents]"',
        "no-words": "{name} holds no words that can be spoken; expected documents with text in sentences.",
        "no-documents": "No documents there; expected files that end in {known}.",
        "bad-name": "{name!r} cannot be the name of a language; expected letters, digits, - and _, at most 40.",
    }


class VoiceError(EchoicError):
    """A voice cannot be learnt or used."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "missing": "There is no voice at {path}. `echoic voices` lists those that were learnt.",
        "unknown": "There is no voice {name!r} ({known}). `echoic adapt-voice` learns one.",
        "damaged": "{path} is damaged or not the file of a voice ({reason}). Delete it and learn the voice again.",
        "other-model": "The voice {name!r} was learnt with another model and does not fit this one. Learn it again "
        "with `echoic adapt-voice`.",
        "other-vectors": "The voice {name!r} does not fit the model that it names: {vector} differs. Delete it and "
        "learn it again.",
        "too-large": "The voice {name!r} has values that are too large for any sound. Delete it and learn it again.",
        "bad-name": "{name!r} cannot name a voice; expected 1 to 40 letters, digits, spaces, dots, hyphens or "
        "apostrophes, the first a letter or digit.",
        "exists": "There is a voice {name!r} already. Give another --name, or --overwrite to replace it.",
        "cannot-write": "The voice cannot be kept at {path}: {reason}.",
        "cannot-delete": "The voice {name!r} cannot be deleted: {reason}.",
        "no-speech-given": "Expected --session ID or a manifest of recordings with their words; nothing was given.",
        "bad-manifest": '{path}, line {line}: expected a JSON object with "audio", a path, and "text", the words; '
        "{reason}.",
        "no-sound": "The session {id!r} has no sound on this disk, so no voice can be learnt from it.",
        "too-little": "There is too little speech to learn from: {found:.0f} s of {given:.0f} s can be used, expected "
        "{least:.0f} s in {lines} lines at least. Lines are left out whose words are in doubt or do not fit the sound.",
        "no-gain": "The voice was not kept, since it does not surely help: of {words} held-out words {before} were "
        "wrong without it and {after} with it. More corrected speech may change that.",
        "no-network": "The model {name!r} cannot learn voices.",
    }
