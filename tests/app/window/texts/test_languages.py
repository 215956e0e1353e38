"""The window in other languages: nothing is left in English, nothing is cut, and what machines read stays as it is."""

import ast
import json
import os
import re
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.dictation.backends import Backend
from app.dictation.errors import DictationError
from app.export.registry import FORMATS
from app.sessions.store import Store
from app.window.desktop import program as program_module
from app.window.desktop.controller import Controller
from app.window.desktop.desktop_dialog import DesktopDialog
from app.window.desktop.program import Program
from app.window.help import inspector_strips
from app.window.help.about import AboutDialog
from app.window.help.inspector_dialog import InspectorDialog
from app.window.help.inspector_strips import strips
from app.window.help.shortcuts import ShortcutsDialog
from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow
from app.window.sessions.trash_dialog import TrashDialog
from app.window.settings.settings import Settings
from app.window.settings.settings_dialog import SettingsDialog
from app.window.texts import kept_sentences, language, messages
from app.window.texts.plain_text import Label
from app.window.transcript.export_dialog import _exported
from app.window.vocabulary.vocabulary_dialog import VocabularyDialog
from app.window.vocabulary.vocabulary_file import VocabularyFile
from app.worker.audio_monitor import FLOOR
from app.worker.demonstration import REFERENCE
from asr.errors import AudioError, ModelError, VocabularyError
from asr.recognizer import Recognizer
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, shown_problem
from tests.app.window.texts.languages import CLOSE, OPEN, PSEUDO, cut, pseudo, shown, spoken, unbracketed
from tests.support.desktop.keyboards import FakeKeyboard
from tests.support.programs.scripts import ROOT, script
from tests.support.recognition.fakes import FakeFile

translations = script("translations")
CATALOGUES = [name for name in language.LANGUAGES if name != language.SOURCE]
# Proper names, units and what comes from outside: devices, files, sessions, words.
NAMES = (
    *("Echoic", "English", "Deutsch", "Built-in", "USB headset", "Monitor of Speakers", "a.wav", "bad.wav", "scripted"),
    *("A title", "tidal pools", "Live", "Here are the words", "ARPAbet", "Save", "pt"),
)
KEYS = re.compile(r"\b(Ctrl|Shift|Alt|Meta|Return|Space|Del|Delete|Esc|Left|Right|F\d+|\d|[A-Z])\b(\+|(?=$|\W))")


def entries(name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield context, source and forms of each text of a catalogue."""
    for (context, source), forms in translations.translations(translations.catalogue(name)).items():
        yield context, source, forms


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_text_is_in_the_catalogue_and_translated(name: str) -> None:
    assert translations.missing(name) == [], "run .ci/translations.py"


def test_a_text_that_is_not_in_the_catalogue_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = translations.texts()
    monkeypatch.setattr(
        translations, "texts", lambda: {**known, translations.Text("Actions", "new in the code"): ["x"]}
    )
    assert translations.missing("de") == ["de: not translated: Actions: 'new in the code'"]
    monkeypatch.setattr(translations, "texts", lambda: dict(list(known.items())[1:]))
    assert len(translations.missing("de")) == 1


def test_every_text_in_the_code_can_be_looked_up() -> None:
    """What is translated by a variable is one of these tables."""
    allowed = {"error.template", "template", "FORMATS[kind].label", "english"}
    wrong = [
        f"{path.name} {line}"
        for path in (ROOT / "app").rglob("*.py")
        for line in translations.in_code(path).wrong
        if re.sub(r"^line \d+: | in the context .*$", "", line) not in allowed
    ]
    assert wrong == []


def test_contexts_are_those_of_qt(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        "def tr(text):\n    return QCoreApplication.translate('Module', text)\n"
        "class A:\n    def f(self):\n        self.tr('own')\n        tr('of the module')\n"
        "        plural('Other', '%n (a|b)', 2)\n        at.translate(1, 2)\n        tr(text)\n"
    )
    found = translations.in_code(path)
    assert [(text.context, text.source, text.plural) for text in found.texts] == [
        ("A", "own", False),
        ("Module", "of the module", False),
        ("Other", "%n (a|b)", True),
    ]
    assert found.wrong == ["line 9: text in the context 'Module'"]


def fields(text: str) -> set[tuple[str, str]]:
    """Return names and formats of the placeholders of a text."""
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", CATALOGUES)
def test_translations_have_the_placeholders_and_mnemonics_of_their_texts(name: str) -> None:
    plurals = {text.key for text in translations.texts() if text.plural}
    for context, source, forms in entries(name):
        assert len(forms) == (2 if (context, source) in plurals else 1)
        for form in forms:
            assert fields(form) == fields(source), source
            assert form.count("%n") == source.count("%n"), source
            assert len(re.findall(r"&\w", form)) == len(re.findall(r"&\w", source)), source
            assert form.count("…") == source.count("…"), source
            assert form[:1].isspace() == source[:1].isspace() and form[-1:].isspace() == source[-1:].isspace(), source
            assert not re.search(r"\([^|()]*\|[^|()]*\)", form), form  # the plural forms of English are none of others


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_the_program_loads_is_made_of_the_catalogue(name: str) -> None:
    translator = QTranslator()
    assert translator.load(str(translations.catalogue(name).with_suffix(".qm")))
    for context, source, forms in entries(name):
        numbers = (1, 2) if len(forms) == 2 else (-1,)
        found = [translator.translate(context, source, None, n) for n in numbers]
        assert found == forms, f"{source}: run .ci/translations.py"


def test_catalogues_name_no_language_of_their_own() -> None:
    for name in CATALOGUES:
        root = ET.parse(translations.catalogue(name)).getroot()
        assert (root.get("language"), root.get("sourcelanguage")) == (name, "en")


@pytest.fixture(params=[*CATALOGUES, PSEUDO])
def tongue(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Each language but English."""
    with spoken(qapp, request.param):
        yield request.param
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def program(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setattr(program_module, "publish", lambda *arguments: None)
    monkeypatch.setattr(program_module, "address", lambda root: "/tmp/" + "too-long" * 40)
    program = Program(window)

    def no_key(parent: object) -> object:
        raise DictationError("key-taken", key="F9")

    program.dictation._find_backend = lambda: Backend(lambda own: FakeKeyboard(), no_key)  # type: ignore[arg-type, return-value]
    yield program
    program.close()


def dialogs_of(window: MainWindow, program: Program | None = None) -> list[QWidget]:
    """Every dialog, shown."""
    made: list[QWidget] = [
        AboutDialog("scripted", "en", window),
        ShortcutsDialog(window.commands, window),
        TrashDialog(window.store, window),
        SettingsDialog(window.settings, window.store.root, False, window),
        VocabularyDialog(VocabularyFile(window.store.root), "Nguyen = win", None, window),
    ]
    if program is not None:
        made.append(DesktopDialog(window.settings, program.dictation, window))
    for dialog in made:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.show()
    QApplication.processEvents()
    return made


def furnish(window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot) -> None:
    """Show as much as there can be at a time: a kept session, files, the find bar, messages."""
    old = store.create("file", "A title").begin(16_000)
    old.update(Update((Word("tidal", 0.0, 0.5, 0.9),), (), 1.0, True))
    old.note(str(AudioError("cut-short", name="a.wav", expected=1234.5, seconds=2.0)))
    old.close()
    store.delete(old.session.id)
    desktop.files["a.wav"] = FakeFile(12)
    desktop.file_errors["bad.wav"] = AudioError("empty-file", name="bad.wav")
    window.open_files([Path("a.wav"), Path("bad.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    window.ui.file_queue_view.fold.click()
    window.library.refresh()
    window.transcript.show_job(window.file_queue.jobs[0])
    window.commands["find"].trigger()
    window.ui.find_bar.field.setText("no such word")
    window.problems.show(messages.missing_microphone("USB headset", "Built-in"))
    window.ui.offer.show_problem(messages.also_elsewhere("tidal", "tidal pools", 3, 2, 1))


def left_in_english(*roots: QWidget, names: tuple[str, ...] = NAMES) -> list[str]:
    found = []
    for where, text in shown(*roots):
        if rest := KEYS.sub("", unbracketed(text, names)).strip(" ()+-,"):
            found.append(f"{where}: {rest!r} of {text!r}")
    return sorted(set(found))


def test_the_checks_see_what_is_wrong(qtbot: QtBot) -> None:
    assert unbracketed("⟦a {0} ⟦b⟧⟧ · 5 %") == "" and unbracketed("⟦a⟧ b") == "b" and unbracketed("a", ("a",)) == ""
    box = QWidget()
    qtbot.addWidget(box)
    label = Label("a long text of a label", box)
    label.resize(20, 20)
    box.show()
    assert len(list(cut(box))) == 1
    label.adjustSize()
    assert not list(cut(box))
    assert left_in_english(box) == ["Label in QWidget: 'a long text of a label' of 'a long text of a label'"]


@pytest.fixture
def german_spoken(qapp: QApplication) -> Iterator[None]:
    with spoken(qapp, "de"):
        yield
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def pseudo_spoken(qapp: QApplication) -> Iterator[None]:
    with spoken(qapp, PSEUDO):
        yield
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_heading_of_files_says_at_once_that_one_failed(
    german_spoken: None, window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    """Its end may be cut off, but not what is wrong."""
    desktop.file_errors["broken.wav"] = AudioError("missing", path="broken.wav")
    window.open_files([Path("broken.wav")])
    heading = window.ui.file_queue_view.heading
    qtbot.waitUntil(lambda: heading.text().startswith("⚠"))
    qtbot.wait(50)
    room = heading.fontMetrics().horizontalAdvance(heading.text().partition(" · ")[0] + " …")
    assert room <= heading.contentsRect().width()


def test_every_text_of_the_window_and_its_dialogs_is_translated(
    pseudo_spoken: None, window: MainWindow, program: Program, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    assert not (found := left_in_english(window)), "\n".join(found)  # the first page
    furnish(window, store, desktop, qtbot)
    made = dialogs_of(window, program)
    program.dictation.overlay.show_state("", "")
    tray = program.tray
    tray.refresh()
    menus = [tray.menu, window.ui.session_list.menu()]
    window.ui.session_list.list.selectAll()
    menus.append(window.ui.session_list.menu())
    captions = (window.ui.captions, window.ui.captions.controls)
    found = left_in_english(window, *made, *captions, *menus, names=(*NAMES, str(store.root)))
    assert not found, "\n".join(found)
    assert unbracketed(tray.icon.toolTip(), NAMES) == ""
    for state in LiveState:
        assert unbracketed(display_of(state).button) == unbracketed(display_of(state).status) == ""
    for dialog in made:
        dialog.close()
        dialog.deleteLater()
    for menu in menus[1:]:
        menu.deleteLater()


def test_every_message_is_translated(pseudo_spoken: None) -> None:
    error, path = OSError("x"), Path("/x")
    problems = [
        *(messages.no_microphone(), messages.no_portaudio(error), messages.lost_microphone("x", error, "x")),
        *(messages.lost_microphone(None, error), messages.private_left(2, True), messages.private_left(1, False)),
        *(
            messages.missing_microphone("x", ""),
            messages.missing_microphone("x", "x"),
            messages.silent_microphone(None),
        ),
        *(messages.silent_microphone("x"), messages.no_words(True), messages.no_words(False)),
        *(messages.nothing_to_keep(), messages.too_slow(True), messages.too_slow(False)),
        *(messages.not_kept("x"), messages.bad_model(ModelError("missing", path=path), path), messages.deleted(["x"])),
        *(messages.deleted(["x", "x"]), messages.no_file_manager(path), messages.discarded(2), messages.expired(2)),
        *(messages.recovered(61), messages.also_elsewhere("x", "x", 1, 2, 1), messages.replaced_everywhere(3, 2)),
        *(messages.new_word("x"), messages.bad_vocabulary(VocabularyError("no-word", name="x", line=1))),
        *(messages.of_session(error), messages.of_session(RuntimeError("x")), messages.of_playback(error)),
        messages.of_session(AudioError("read-failed", reason="Permission denied")),
    ]
    for sentence in (messages.no_words_in_file(FLOOR), messages.no_words_in_file(-40.0)):
        assert unbracketed(sentence, ()) == "", sentence
    public = {name for name, value in vars(messages).items() if callable(value) and not name.startswith("_")}
    left_out = {"tr", "plural", "sentence", "text_of", "details_of", "Problem", "Remedy", "shown", "filled"}
    left_out |= {"replace", "dataclass", "auto", "Enum", "Path", "Sequence", "QCoreApplication", "as_echoic_error"}
    left_out |= {"DeviceError", "EchoicError", "ModelError"}
    source = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in public - left_out if f"messages.{name}(" not in source]
    for problem in problems:
        for text in (problem.cause, problem.action, problem.other_action):
            assert unbracketed(text, ("/x", "x")) == "", text


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    import numpy as np
    import soundfile

    sound = np.random.default_rng(1).normal(0, 0.1, 20_000)
    soundfile.write(tmp_path / "sample.wav", sound.astype("float32"), 16_000, subtype="FLOAT")
    return tmp_path / "sample.wav"


@pytest.mark.slow
def test_how_it_listens_is_translated(pseudo_spoken: None, tiny: Recognizer, sample: Path, qtbot: QtBot) -> None:
    page = InspectorDialog(tiny, sample=sample)
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.playing and page.seconds > 0.3)
    from_outside = {label.text() for label in page.words}  # what the network makes of the sound
    found = [text for _, text in shown(page) if text not in from_outside and unbracketed(text, (*NAMES, REFERENCE))]
    assert found == []
    for strip in strips():
        assert unbracketed(strip.title) == unbracketed(strip.description) == ""
    page.close()


def test_nothing_is_cut(
    tongue: str, window: MainWindow, program: Program, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    assert not (found := list(cut(window))), "\n".join(found)
    furnish(window, store, desktop, qtbot)
    made = dialogs_of(window, program)
    assert not (found := list(cut(window, *made))), "\n".join(found)
    for dialog in made:
        dialog.close()
        dialog.deleteLater()


def test_nothing_is_cut_in_the_smallest_window(
    german_spoken: None, window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert not (found := list(cut(window))), "\n".join(found)
    furnish(window, store, desktop, qtbot)
    QApplication.processEvents()
    assert not (found := list(cut(window))), "\n".join(found)


def test_no_mnemonic_is_there_twice(tongue: str, window: MainWindow, program: Program) -> None:
    made = dialogs_of(window, program)
    groups = [[action.text() for action in menu.actions()] for menu in window.menuBar().findChildren(QMenu)]
    groups.append([action.text() for action in window.menuBar().actions()])
    groups.append([action.text() for action in program.tray.menu.actions()])
    groups += [[text for where, text in shown(dialog) if not where.endswith(".action")] for dialog in made]
    for running in ("&Pause", "&Play"):
        buttons = ("&Close", "&Forget between chunks", "From the &beginning", running)
        groups.append([inspector_strips.tr(text) for text in buttons])
    for texts in groups:
        mnemonics = [match.lower() for text in set(texts) for match in re.findall(r"&(\w)", text)]
        assert len(mnemonics) == len(set(mnemonics)), texts
    for dialog in made:
        dialog.close()
        dialog.deleteLater()


def test_the_made_language_is_read_from_the_right(pseudo_spoken: None, window: MainWindow) -> None:
    window.resize(1100, 700)
    ui = window.ui
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    list_at = ui.session_list.mapTo(window, ui.session_list.rect().center()).x()
    assert list_at > ui.pages.mapTo(window, ui.pages.rect().center()).x()
    dialog = SettingsDialog(window.settings, window.store.root, False, window)
    dialog.show()
    label = next(label for label in dialog.groups.findChildren(QWidget) if getattr(label, "buddy", lambda: None)())
    assert label.mapTo(dialog, label.rect().center()).x() > dialog.theme.mapTo(dialog, dialog.theme.rect().center()).x()
    dialog.close()
    dialog.deleteLater()


def test_the_language_is_chosen_and_remembered(window: MainWindow, settings: Settings) -> None:
    assert settings.language == language.SYSTEM
    dialog = SettingsDialog(settings, window.store.root, False, window)
    choices = [(dialog.language.itemText(n), dialog.language.itemData(n)) for n in range(dialog.language.count())]
    assert choices == [("As the system", "system"), ("English", "en"), ("Deutsch", "de")]
    dialog.language.setCurrentIndex(2)
    dialog.language.activated.emit(2)
    assert settings.language == "de"
    settings._store.setValue("view/language", "no such language")
    assert settings.language == language.SYSTEM
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [
        (["de-AT", "en"], "de"),
        (["fr-FR", "de"], "de"),
        (["fr"], "en"),
        ([], "en"),
        (["en-GB", "de"], "en"),
        (["C"], "en"),
    ],
)
def test_the_language_of_the_system_is_the_first_that_is_known(languages: list[str], chosen: str) -> None:
    assert language.first_known(languages) == chosen


STARTED = """\
import sys
from PySide6.QtCore import QCoreApplication
from app.window import application

def window(*arguments):
    sys.exit(QCoreApplication.translate("Actions", "&File"))

application.MainWindow = window
application.start([], None)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the system tells its language otherwise")
@pytest.mark.parametrize(
    ("system", "chosen", "menu"), [("de_AT", "", "&Datei"), ("fr_FR", "", "&File"), ("fr_FR", "de", "&Datei")]
)
def test_the_program_starts_in_the_language_of_the_system_or_the_setting(
    tmp_path: Path, system: str, chosen: str, menu: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    environment |= {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE")}
    environment |= {"LANG": f"{system}.UTF-8", "LANGUAGE": "", "QT_QPA_PLATFORM": "offscreen"}
    if chosen:
        (tmp_path / "Echoic").mkdir()
        (tmp_path / "Echoic" / "Echoic.conf").write_text(f"[view]\nlanguage={chosen}\n")
    done = subprocess.run([sys.executable, "-c", STARTED], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1:] == [menu]


def test_numbers_days_and_times_are_those_of_the_country() -> None:
    austria, america = QLocale("de_AT"), QLocale("en_US")
    assert language.locale_for("de", austria) == austria
    assert language.locale_for("de", america).language() is QLocale.Language.German
    assert language.locale_for("en", austria).language() is QLocale.Language.English
    assert language.locale_for("en", QLocale("de_DE")).territory() is QLocale.Country.Germany


def test_german_is_used_where_it_is_chosen(qapp: QApplication) -> None:
    moment = datetime(2026, 3, 5, 14, 7)
    error = AudioError("cut-short", name="talk.wav", expected=1234.5, seconds=2.0)
    with spoken(qapp, "de"):
        assert QLocale().language() is QLocale.Language.German
        assert (
            messages.sentence(error) == "talk.wav ist abgeschnitten: Es sollte 1234,5 s dauern, endet aber nach 2,0 s."
        )
        assert messages.plural("SessionList", "%n (word|words)", 1) == "1 Wort"
        assert messages.plural("SessionList", "%n (word|words)", 0) == "0 Wörter"
        assert language.number(0.32, 2) == "0,32" and language.filled("{0:,}", 1_000_000) == "1.000.000"
        assert (language.day_of(moment), language.time_of(moment)) == ("5. März", "14:07")
        assert language.day_of(moment, weekday=True) == "Do. 5. März"
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"  # Qt's own
    assert messages.sentence(error) == str(error)
    assert language.day_of(moment, year=True) == "5 Mar 2026" and language.time_of(moment) == "14:07"


def test_what_a_session_keeps_is_english_and_shown_translated(qapp: QApplication, store: Store) -> None:
    error = AudioError("cut-short", name="talk.wav", expected=10.5, seconds=2.0)
    with spoken(qapp, "de"):
        session = store.create("file", "talk.wav").begin(16_000)
        session.note(str(error))
        session.note("Incomplete: the file was recognised up to 00:07 only.")
        session.close()
        (first, second) = store.open(session.session.id).problems
        assert first == str(error)
        assert (
            kept_sentences.shown(first) == "talk.wav ist abgeschnitten: Es sollte 10,5 s dauern, endet aber nach 2,0 s."
        )
        assert kept_sentences.shown(second) == "Unvollständig: Die Datei wurde nur bis 00:07 erkannt."
        reason = "Sound is no longer being kept (the disk is full); the text goes on."
        assert kept_sentences.shown(reason) == (
            "Der Ton wird nicht mehr gespeichert (der Datenträger ist voll); der Text geht weiter."
        )
    assert kept_sentences.shown("Said by nobody.") == "Said by nobody."
    assert kept_sentences.shown(first) == first


def kept_templates(path: Path) -> Iterator[str]:
    """Yield an example of each sentence that a module below the window makes and keeps or reports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    tables = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SENTENCES"
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in docs | inner | tables:
            continue
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        if re.fullmatch(r"[A-Z0-9].* .*\.", text, re.DOTALL):
            yield text


def test_every_sentence_that_a_session_keeps_is_known(qapp: QApplication) -> None:
    found = [
        sentence
        for name in ("sessions", "worker")
        for path in (ROOT / "app" / name).rglob("*.py")
        for sentence in kept_templates(path)
    ]
    assert len(found) >= 12
    with spoken(qapp, "de"):
        assert [sentence for sentence in found if kept_sentences.shown(sentence) == sentence] == []


@pytest.mark.slow
def test_titles_exports_and_replies_are_the_same_in_every_language(
    qapp: QApplication,
    make_window: Callable[[], MainWindow],
    desktop: Desktop,
    store: Store,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = []
    for name in ("en", "de", PSEUDO):
        with spoken(qapp, name):
            window = make_window()
            qtbot.waitUntil(lambda window=window: window.live.state is LiveState.READY)  # type: ignore[misc]
            replies: list[dict] = []
            Controller(window).handle({"command": "status"}, replies.append)
            Controller(window).handle({"command": "no such"}, replies.append)
            session = store.create("live", "A title").begin(16_000)
            session.update(Update((Word("tidal", 0.0, 0.5, 0.9),), (), 61.5, True))
            session.close()
            exported = _exported(store.open(session.session.id))
            exported = type(exported)(exported.document, exported.title, 0.0, exported.model, exported.language)
            files = {one: FORMATS[one].write(exported) for one in FORMATS if one != "docx"}
            written.append((json.dumps(replies), files))
            window.close()
    assert written[0] == written[1] == written[2]
    assert '"Ready"' in written[1][0] and OPEN not in written[2][0] + CLOSE.join(map(str, written[2][1]))


def test_the_offer_after_a_correction_is_whole_in_german(
    qapp: QApplication, make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    with spoken(qapp, "de"):
        window = make_window()
        qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
        window.problems.show(messages.also_elsewhere("tidal", "Tidal", 1, 3, 2))
        assert shown_problem(window).cause == (
            "„Tidal“ statt „tidal“: Das steht auch an 1 weiteren Stelle dieser Sitzung und an 3 Stellen in 2 anderen "
            "Sitzungen."
        )
        assert pseudo("&A {0}") == "⟦\u200f&A {0}~~⟧"
