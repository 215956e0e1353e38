<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Echoic</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Über Echoic</translation>
    </message>
    <message>
        <source>LOADED</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>GELADEN</translation>
    </message>
    <message>
        <source>No account, no telemetry, no update check, no download. A port opens only when you start `echoic serve`, and this window never does. Sound and words are kept in your own folder until you delete them, and a private session is not kept at all. You need not believe it: this is what the running program has done.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Kein Konto, keine Telemetrie, keine Suche nach Updates, keine Downloads. Ein Port wird nur geöffnet, wenn Sie `echoic serve` starten, und dieses Fenster tut das nie. Ton und Wörter bleiben in Ihrem eigenen Ordner, bis Sie sie löschen, und von einer privaten Sitzung bleibt gar nichts. Sie müssen das nicht glauben: Hier steht, was das laufende Programm getan hat.</translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>What the running program has done</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Was das laufende Programm getan hat</translation>
    </message>
    <message>
        <source>Writes down speech while it is spoken. Language: {0}. Model: {1}.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Schreibt Sprache mit, während gesprochen wird. Sprache: {0}. Modell: {1}.</translation>
    </message>
    <message>
        <source>attempts to reach a network since the start: {0}</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Versuche seit dem Start, ein Netzwerk zu erreichen: {0}</translation>
    </message>
    <message>
        <source>modules that can speak to a network:</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>Module, die mit einem Netzwerk sprechen können:</translation>
    </message>
    <message>
        <source>network connections open at this moment: {0}</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>zurzeit offene Netzwerkverbindungen: {0}</translation>
    </message>
    <message>
        <source>not loaded</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>nicht geladen</translation>
    </message>
    <message>
        <source>open, another start of Echoic and commands like `echoic toggle` reach this program.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>dürfen, erreichen ein zweiter Start und Befehle wie `echoic toggle` dieses Programm.</translation>
    </message>
    <message>
        <source>{0} is loaded for local sockets: through one, a file that only you may</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation>{0} ist für lokale Sockets geladen: Über einen, eine Datei, die nur Sie öffnen</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Echoic and your privacy</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Ü&amp;ber Echoic und Ihre Privatsphäre</translation>
    </message>
    <message>
        <source>&amp;Captions</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Live-&amp;Untertitel</translation>
    </message>
    <message>
        <source>&amp;Delete session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Sitzung &amp;löschen</translation>
    </message>
    <message>
        <source>Doubtful &amp;word before</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Vorheriges unsicheres W&amp;ort</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;How it listens</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>So &amp;hört Echoic zu</translation>
    </message>
    <message>
        <source>&amp;Join with the next line</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Mit der nächsten Zeile verbinden</translation>
    </message>
    <message>
        <source>&amp;Keep this private session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Diese private Sitzung &amp;behalten</translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Text &amp;vergrößern</translation>
    </message>
    <message>
        <source>&amp;Learn my voice…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Meine Stimme &amp;lernen…</translation>
    </message>
    <message>
        <source>&amp;Leave or stop what is shown</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Angezeigtes &amp;verlassen oder beenden</translation>
    </message>
    <message>
        <source>&amp;Mark word as correct</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Wort als richt&amp;ig markieren</translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Dateien ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Pausieren</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Wiedergabe</translation>
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>&amp;Private session (nothing is saved)</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Private Sitzung (nichts wird gespeichert)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>&amp;Reset text size</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Textgröße &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Sitzung</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Ein&amp;stellungen…</translation>
    </message>
    <message>
        <source>&amp;Shortcuts</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Smaller text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Text verk&amp;leinern</translation>
    </message>
    <message>
        <source>&amp;Split line at the caret</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Zeile am &amp;Cursor teilen</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Aufnahme starten</translation>
    </message>
    <message>
        <source>&amp;Try the sample</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Beispiel &amp;ausprobieren</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>3 seconds &amp;back</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>3 Sekunden &amp;zurück</translation>
    </message>
    <message>
        <source>3 seconds &amp;forward</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>3 Sekunden &amp;vor</translation>
    </message>
    <message>
        <source>Add selection to &amp;vocabulary</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Auswahl zum Wortschatz hinzufügen</translation>
    </message>
    <message>
        <source>Choose &amp;model…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Modell auswählen…</translation>
    </message>
    <message>
        <source>Copy &amp;all text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Gesamten Text kopieren</translation>
    </message>
    <message>
        <source>Copy text of &amp;today</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Text von &amp;heute kopieren</translation>
    </message>
    <message>
        <source>D&amp;elete what the list has selected</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>In der Liste Ausge&amp;wähltes löschen</translation>
    </message>
    <message>
        <source>Di&amp;ctate into other programs</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>In andere Programme &amp;diktieren</translation>
    </message>
    <message>
        <source>Dictation and &amp;tray…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Di&amp;ktat und Infobereich…</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <source>Find &amp;next</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Nächster Treffer</translation>
    </message>
    <message>
        <source>Find &amp;previous</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Vorheriger Treffer</translation>
    </message>
    <message>
        <source>Ne&amp;xt bookmark</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Nächstes Lese&amp;zeichen</translation>
    </message>
    <message>
        <source>Next &amp;doubtful word</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Nächstes &amp;unsicheres Wort</translation>
    </message>
    <message>
        <source>Play from this &amp;word</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Ab diesem &amp;Wort abspielen</translation>
    </message>
    <message>
        <source>Recentl&amp;y deleted…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Zuletzt gelöscht…</translation>
    </message>
    <message>
        <source>S&amp;earch sessions</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Sitzungen durchsuchen</translation>
    </message>
    <message>
        <source>Set &amp;bookmark</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Lesezeichen setzen</translation>
    </message>
    <message>
        <source>Show sound &amp;picture</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>&amp;Klangbild anzeigen</translation>
    </message>
    <message>
        <source>Stop &amp;now</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>S&amp;ofort beenden</translation>
    </message>
    <message>
        <source>Your &amp;vocabulary…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation>Eigener &amp;Wortschatz…</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>{0} Live</source>
        <extracomment>app/window/appearance.py</extracomment>
        <translation>{0} Live</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Copy details</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation>Details kopieren</translation>
    </message>
    <message>
        <source>Copy what exactly went wrong, for a report</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation>Für einen Bericht kopieren, was genau schiefgegangen ist</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Bookmarks</name>
    <message>
        <source>Bookmark removed</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen entfernt</translation>
    </message>
    <message>
        <source>Bookmark set at {0}</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen bei {0} gesetzt</translation>
    </message>
    <message>
        <source>Bookmark {0} of {1}</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen {0} von {1}</translation>
    </message>
    <message>
        <source>Bookmarks are set in a session that runs or is finished.</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen lassen sich in einer laufenden oder fertigen Sitzung setzen.</translation>
    </message>
    <message>
        <source>No bookmarks here</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Hier sind keine Lesezeichen</translation>
    </message>
    <message>
        <source>Remove bookmark</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen entfernen</translation>
    </message>
    <message>
        <source>Set bookmark</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation>Lesezeichen setzen</translation>
    </message>
</context>
<context>
    <name>CaptionControls</name>
    <message>
        <source>Close the captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation>Untertitel schließen</translation>
    </message>
    <message>
        <source>Larger captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation>Untertitel vergrößern</translation>
    </message>
    <message>
        <source>Smaller captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation>Untertitel verkleinern</translation>
    </message>
    <message>
        <source>To the other edge of the screen</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation>An den anderen Bildschirmrand</translation>
    </message>
</context>
<context>
    <name>Captions</name>
    <message>
        <source>Captions</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation>Live-Untertitel</translation>
    </message>
    <message>
        <source>Captions appear here</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation>Hier erscheinen Untertitel</translation>
    </message>
    <message>
        <source>Echoic captions</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation>Echoic – Untertitel</translation>
    </message>
</context>
<context>
    <name>CorrectionsDialog</name>
    <message numerus="yes">
        <source>%n (line|lines)</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete all</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Alle löschen</translation>
    </message>
    <message>
        <source>Forget everything that was learnt from your corrections?</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Alles vergessen, was aus Ihren Korrekturen gelernt wurde?</translation>
    </message>
    <message>
        <source>Learnt from your corrections</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Aus Ihren Korrekturen gelernt</translation>
    </message>
    <message>
        <source>Lines that you have corrected</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Zeilen, die Sie korrigiert haben</translation>
    </message>
    <message>
        <source>Words and phrases of these lines are expected more than others, and new words in them are known. They are kept on this computer, and private sessions are never among them.</source>
        <extracomment>app/window/vocabulary/corrections_dialog.py</extracomment>
        <translation>Wörter und Wendungen dieser Zeilen werden eher erwartet als andere, und neue Wörter darin sind bekannt. Die Zeilen bleiben auf diesem Computer; aus privaten Sitzungen stammt keine.</translation>
    </message>
</context>
<context>
    <name>CurrentTranscript</name>
    <message>
        <source>Live</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Live</translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Press Start and speak, or drop a sound or video file here.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Starten Sie die Aufnahme und sprechen Sie, oder ziehen Sie eine Audio- oder Videodatei hierher.</translation>
    </message>
    <message>
        <source>There are no words in this session.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>In dieser Sitzung sind keine Wörter.</translation>
    </message>
    <message>
        <source>What was typed: {text}</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Eingegeben wurde: {text}</translation>
    </message>
    <message>
        <source>Words appear here as the file is recognised.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Hier erscheinen die Wörter, während die Datei erkannt wird.</translation>
    </message>
    <message>
        <source>Words appear here as you speak.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation>Hier erscheinen die Wörter, während Sie sprechen.</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>d MMM</source>
        <extracomment>app/window/texts/language.py</extracomment>
        <translation>d. MMM</translation>
    </message>
</context>
<context>
    <name>DayGroups</name>
    <message>
        <source>Last week</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation>Letzte Woche</translation>
    </message>
    <message>
        <source>Today</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation>Gestern</translation>
    </message>
</context>
<context>
    <name>DesktopDialog</name>
    <message>
        <source>&amp;Keep what is dictated as sessions</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>&amp;Diktate als Sitzungen behalten</translation>
    </message>
    <message>
        <source>A spoken line break presses &amp;Enter</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Ein gesprochener Zeilenumbruch drückt die &amp;Eingabetaste</translation>
    </message>
    <message>
        <source>Closing the window leaves Echoic running in the &amp;tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Nach dem Schließen des Fensters läuft Echoic im &amp;Infobereich weiter</translation>
    </message>
    <message>
        <source>Dictation</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Diktat</translation>
    </message>
    <message>
        <source>Dictation and tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Diktat und Infobereich</translation>
    </message>
    <message>
        <source>Global key</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Globale Taste</translation>
    </message>
    <message>
        <source>Hold the key while you speak, or tap it to begin and again to end. Words go to the window that has the focus while you speak; what cannot go there is kept, and you are told. With Ctrl, Alt, Shift or Meta in the key, words appear when you let go of it.</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Halten Sie die Taste gedrückt, während Sie sprechen, oder tippen Sie sie zum Beginnen und noch einmal zum Beenden an. Die Wörter gehen an das Fenster, das beim Sprechen den Fokus hat; was dort nicht ankommen kann, wird aufbewahrt und Ihnen gemeldet. Gehört Strg, Alt, Umschalt oder Meta zur Taste, erscheinen die Wörter, sobald Sie loslassen.</translation>
    </message>
    <message>
        <source>On this desktop (Wayland) no program can see which window has the focus: words go to the one that has it when they are final. The desktop asks you once whether Echoic may type, and for the key.</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>In dieser Arbeitsumgebung (Wayland) kann kein Programm sehen, welches Fenster den Fokus hat: Die Wörter gehen an das Fenster, das ihn hat, wenn sie feststehen. Die Arbeitsumgebung fragt Sie einmal, ob Echoic schreiben darf, und nach der Taste.</translation>
    </message>
    <message>
        <source>Tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation>Infobereich</translation>
    </message>
</context>
<context>
    <name>DeviceList</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>No microphone found</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>Kein Mikrofon gefunden</translation>
    </message>
    <message>
        <source>System default</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>Standard des Systems</translation>
    </message>
    <message>
        <source>Where the sound comes from</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>Woher der Ton kommt</translation>
    </message>
    <message>
        <source>{0} (default)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>{0} (Standard)</translation>
    </message>
    <message>
        <source>{0} (not plugged in)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>{0} (nicht angeschlossen)</translation>
    </message>
    <message>
        <source>{0} (what this computer plays)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation>{0} (was dieser Computer abspielt)</translation>
    </message>
</context>
<context>
    <name>DictationControl</name>
    <message numerus="yes">
        <source>Another window has the focus: %n (word was|words were) not typed. Click here to copy (it|them).</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>
            <numerusform>Ein anderes Fenster hat den Fokus: %n Wort wurde nicht geschrieben. Klicken Sie hier, um es zu kopieren.</numerusform>
            <numerusform>Ein anderes Fenster hat den Fokus: %n Wörter wurden nicht geschrieben. Klicken Sie hier, um sie zu kopieren.</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied: paste it where it belongs.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Kopiert: Fügen Sie es dort ein, wo es hingehört.</translation>
    </message>
    <message>
        <source>Dictate</source>
        <extracomment>app/dictation/portal/hotkey.py</extracomment>
        <translation>Diktieren</translation>
    </message>
    <message>
        <source>Listening could not begin.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Die Aufnahme konnte nicht beginnen.</translation>
    </message>
    <message>
        <source>Listening…</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Echoic hört zu…</translation>
    </message>
    <message>
        <source>Nothing can be typed: {0}.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Es kann nichts geschrieben werden: {0}.</translation>
    </message>
    <message>
        <source>The last words are still being recognised. Try again.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Die letzten Wörter werden noch erkannt. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The last words…</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation>Die letzten Wörter…</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>A sample rate of {rate:g} Hz is not possible; expected {lowest} to {highest} Hz.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Eine Abtastrate von {rate:g} Hz ist nicht möglich; erwartet werden {lowest} bis {highest} Hz.</translation>
    </message>
    <message>
        <source>Another program has the key {key}. Choose another one in the settings of dictation.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Ein anderes Programm hat die Taste {key}. Wählen Sie in den Einstellungen zum Diktat eine andere.</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Das Gerät ist belegt</translation>
    </message>
    <message>
        <source>Dictation needs {package}, which does not load here ({reason}): pip install {package}.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Für das Diktat wird {package} gebraucht, das sich hier nicht laden lässt ({reason}): pip install {package}.</translation>
    </message>
    <message>
        <source>Echoic did not start. `echoic window` on a terminal says why.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation>Echoic ist nicht gestartet. `echoic window` in einem Terminal sagt, warum.</translation>
    </message>
    <message>
        <source>Echoic is not running. Start it with `echoic`, or `echoic window --hidden` for the tray alone.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation>Echoic läuft nicht. Starten Sie es mit `echoic`, oder mit `echoic window --hidden` nur im Infobereich.</translation>
    </message>
    <message>
        <source>Echoic runs but does not answer. Try again, or close its window and start it anew.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation>Echoic läuft, antwortet aber nicht. Versuchen Sie es noch einmal, oder schließen Sie das Fenster und starten Sie neu.</translation>
    </message>
    <message>
        <source>Expected --session ID or a manifest of recordings with their words; nothing was given.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Erwartet wird --session ID oder ein Manifest von Aufnahmen mit ihren Wörtern; angegeben wurde nichts.</translation>
    </message>
    <message>
        <source>Expected a model folder with {files}; {path} is not a folder.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Erwartet wird der Ordner eines Modells mit {files}; {path} ist kein Ordner.</translation>
    </message>
    <message>
        <source>File exists</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Datei gibt es schon</translation>
    </message>
    <message>
        <source>File name too long</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>Incomplete: the file was recognised up to {time} only.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Unvollständig: Die Datei wurde nur bis {time} erkannt.</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Fehler beim Lesen oder Schreiben</translation>
    </message>
    <message>
        <source>Invalid data found when processing input</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Daten sind ungültig</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Das ist ein Ordner</translation>
    </message>
    <message>
        <source>Line {line} of the vocabulary {path} is no text in UTF-8; save the file as UTF-8.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Zeile {line} des Wortschatzes {path} ist kein Text in UTF-8; speichern Sie die Datei als UTF-8.</translation>
    </message>
    <message>
        <source>Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Für das Mikrofon wird PortAudio gebraucht (unter Debian: apt install libportaudio2). Dateien gehen trotzdem.</translation>
    </message>
    <message>
        <source>New words cannot be kept ({reason}): export them to another disk.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Neue Wörter können nicht gespeichert werden ({reason}): Exportieren Sie sie auf einen anderen Datenträger.</translation>
    </message>
    <message>
        <source>No documents there; expected files that end in {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Dort sind keine Dokumente; erwartet werden Dateien mit der Endung {known}.</translation>
    </message>
    <message>
        <source>No input device found: plug one in.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Kein Eingabegerät gefunden: Schließen Sie eines an.</translation>
    </message>
    <message>
        <source>No language file at {path}. `echoic adapt-language TEXT...` makes one, and --list shows those that there are.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Unter {path} ist keine Sprachdatei. `echoic adapt-language TEXT...` erzeugt eine, und --list zeigt die vorhandenen.</translation>
    </message>
    <message>
        <source>No model file at {path}. Choose another with --model, or restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Unter {path} ist keine Modelldatei. Wählen Sie mit --model eine andere, oder stellen Sie die des Programms wieder her.</translation>
    </message>
    <message>
        <source>No sound came through the pipe; check the program that writes into it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Durch die Pipe kam kein Ton; prüfen Sie das Programm, das in sie schreibt.</translation>
    </message>
    <message>
        <source>No speech was recognised in the sound, so no text can be aligned with it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Im Ton wurde keine Sprache erkannt, daher lässt sich ihm kein Text zuordnen.</translation>
    </message>
    <message>
        <source>No such device</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Das Gerät gibt es nicht</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Datei oder den Ordner gibt es nicht</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Das ist kein Ordner</translation>
    </message>
    <message>
        <source>Nothing is known here that could type into other programs. `echoic dictate --once --print` prints the words.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Hier ist nichts bekannt, was in andere Programme schreiben könnte. `echoic dictate --once --print` gibt die Wörter aus.</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Vorgang ist nicht erlaubt</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Zugriff verweigert</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>Reading {path} needs the library {library}, which is not installed. Install it with: pip install &quot;echoic[documents]&quot;</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Um {path} zu lesen, wird die Bibliothek {library} gebraucht, die nicht installiert ist. Installieren Sie sie mit: pip install &quot;echoic[documents]&quot;</translation>
    </message>
    <message>
        <source>Record {number} of the journal was left out: {reason}.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Eintrag {number} der Sitzungsdatei wurde ausgelassen: {reason}.</translation>
    </message>
    <message>
        <source>Sound is no longer being kept ({reason}); the text goes on.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Ton wird nicht mehr gespeichert ({reason}); der Text geht weiter.</translation>
    </message>
    <message>
        <source>The X server cannot be reached ({reason}), so nothing can be typed into other programs.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Der X-Server ist nicht erreichbar ({reason}), daher kann nichts in andere Programme geschrieben werden.</translation>
    </message>
    <message>
        <source>The alternatives of some words cannot be read.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Alternativen einiger Wörter sind nicht lesbar.</translation>
    </message>
    <message>
        <source>The beginning of the journal is missing.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Anfang der Sitzungsdatei fehlt.</translation>
    </message>
    <message>
        <source>The change cannot be kept: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Die Änderung kann nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>The change was not made, since this session was changed in another window meanwhile. It is shown as it is now: make the change again.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Die Änderung wurde nicht vorgenommen, weil diese Sitzung inzwischen in einem anderen Fenster geändert wurde. Sie sehen jetzt den neuen Stand: Ändern Sie ihn noch einmal.</translation>
    </message>
    <message>
        <source>The clock of this computer is {days} days ahead of the last use of Echoic. If it is right, old sessions and the trash are cleared at a start from tomorrow on; nothing was deleted now.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Uhr dieses Computers geht {days} Tage vor gegenüber der letzten Benutzung von Echoic. Wenn sie stimmt, werden alte Sitzungen und der Papierkorb bei einem Start ab morgen geleert; jetzt wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The desktop&apos;s portal refused to {what} ({reason}).</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Das Portal der Arbeitsumgebung hat dies abgelehnt: {what} ({reason}).</translation>
    </message>
    <message>
        <source>The device {name!r} fits several inputs; choose one of: {names}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Das Gerät „{name}“ passt zu mehreren Eingängen; wählen Sie einen von: {names}.</translation>
    </message>
    <message>
        <source>The device {name!r} is no input; choose one of: {names}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Das Gerät „{name}“ ist kein Eingang; wählen Sie einen von: {names}.</translation>
    </message>
    <message>
        <source>The encoding {encoding!r} is unknown; expected one of {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Kodierung „{encoding}“ ist unbekannt; erwartet wird eine von {known}.</translation>
    </message>
    <message>
        <source>The folder of this session was deleted: it is only in memory now.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Ordner dieser Sitzung wurde gelöscht: Sie ist jetzt nur noch im Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>The folder of this session was moved: it is no longer in the list of sessions.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Der Ordner dieser Sitzung wurde verschoben: Sie steht nicht mehr in der Liste der Sitzungen.</translation>
    </message>
    <message>
        <source>The journal cannot be read: {reason}.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Sitzungsdatei kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The journal is longer than any that Echoic writes: its end was not read.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Sitzungsdatei ist länger als jede, die Echoic schreibt: Ihr Ende wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>The key {key!r} is not known here. Choose another one in the settings of dictation.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Die Taste „{key}“ ist hier nicht bekannt. Wählen Sie in den Einstellungen zum Diktat eine andere.</translation>
    </message>
    <message>
        <source>The keyboard has no key that could type {character!r}.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Die Tastatur hat keine Taste, die {character!r} schreiben könnte.</translation>
    </message>
    <message>
        <source>The language {path} cannot be written: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Sprachdatei {path} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The lexicon or language model in {folder} cannot be read: {reason}</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Das Lexikon oder Sprachmodell in {folder} kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>The list of sessions cannot be read: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Die Liste der Sitzungen kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The microphone cannot be opened: {reason}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Das Mikrofon lässt sich nicht öffnen: {reason}.</translation>
    </message>
    <message>
        <source>The microphone stopped sending sound ({seconds:g} s without any). Plug it in again or choose another.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Vom Mikrofon kommt kein Ton mehr (seit {seconds:g} s). Schließen Sie es wieder an, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>The model was made for another version of Echoic (settings that differ: {fields}).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Das Modell ist für eine andere Version von Echoic (abweichende Einstellungen: {fields}).</translation>
    </message>
    <message>
        <source>The model {name!r} cannot learn voices.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Das Modell {name!r} kann keine Stimmen lernen.</translation>
    </message>
    <message>
        <source>The output folder {folder} cannot be written to: {reason}.</source>
        <extracomment>app/export/output_files.py</extracomment>
        <translation>In den Ausgabeordner {folder} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The pipe delivered an invalid sample ({found}) at {seconds:.2f} s. Check --encoding and what writes into the pipe.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Durch die Pipe kam ein ungültiger Abtastwert ({found}) bei {seconds:.2f} s. Prüfen Sie --encoding und das Programm, das in die Pipe schreibt.</translation>
    </message>
    <message>
        <source>The pipe ended inside a sample ({rest} of {size} bytes); everything before it was read. Check --encoding and what writes into the pipe.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Pipe endete mitten in einem Abtastwert ({rest} von {size} Bytes); alles davor wurde gelesen. Prüfen Sie --encoding und das Programm, das in die Pipe schreibt.</translation>
    </message>
    <message>
        <source>The session cannot be moved: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Die Sitzung lässt sich nicht verschieben: {reason}.</translation>
    </message>
    <message>
        <source>The session {id!r} has no sound on this disk, so no voice can be learnt from it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Von der Sitzung {id!r} ist hier kein Ton gespeichert; aus ihr kann keine Stimme gelernt werden.</translation>
    </message>
    <message>
        <source>The settings of the model are impossible: {fields}. Choose another model.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Einstellungen des Modells sind unmöglich: {fields}. Wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The sound cannot be read: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Ton kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The sound in {name} has a codec that this FFmpeg cannot decode.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Ton in {name} hat einen Codec, den dieses FFmpeg nicht lesen kann.</translation>
    </message>
    <message>
        <source>The sound system does not answer. Try again in a moment.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Das Audiosystem antwortet nicht. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The system lets Echoic see no keys. Allow it under Privacy &amp; Security, in Accessibility and in Input Monitoring, and set the key again.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Das System lässt Echoic keine Tasten sehen. Erlauben Sie es unter „Datenschutz &amp; Sicherheit“ bei „Bedienungshilfen“ und „Eingabeüberwachung“, und legen Sie die Taste neu fest.</translation>
    </message>
    <message>
        <source>The system refused the microphone ({reason}). Check the privacy settings; another program may be using it.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation>Das System hat das Mikrofon verweigert ({reason}). Prüfen Sie die Datenschutzeinstellungen; vielleicht verwendet es ein anderes Programm.</translation>
    </message>
    <message>
        <source>The text does not belong to the sound: of its {words} words and the {recognised} that were recognised, {share:.0f} % agree. Give the text of this recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Text gehört nicht zum Ton: Von seinen {words} Wörtern und den {recognised} erkannten stimmen {share:.0f} % überein. Geben Sie den Text dieser Aufnahme an.</translation>
    </message>
    <message>
        <source>The trash cannot be emptied: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Der Papierkorb lässt sich nicht leeren: {reason}.</translation>
    </message>
    <message>
        <source>The vocabulary {path} cannot be read: {reason}. Expected a text file with one word or phrase a line.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Wortschatz {path} kann nicht gelesen werden: {reason}. Erwartet wird eine Textdatei mit einem Wort oder Ausdruck je Zeile.</translation>
    </message>
    <message>
        <source>The vocabulary {path} cannot be written: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Wortschatz {path} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The vocabulary {path} is larger than {limit:,} bytes; expected a text file with one word or phrase a line.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Der Wortschatz {path} ist größer als {limit:,} Bytes; erwartet wird eine Textdatei mit einem Wort oder Ausdruck je Zeile.</translation>
    </message>
    <message>
        <source>The voice cannot be kept at {path}: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme kann nicht unter {path} gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>The voice was not kept, since it does not surely help: of {words} held-out words {before} were wrong without it and {after} with it. More corrected speech may change that.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme wurde nicht gespeichert, weil sie nicht sicher hilft: Von {words} Wörtern, die nicht zum Lernen dienten, waren {before} ohne sie falsch und {after} mit ihr. Mit mehr korrigierter Sprache kann das anders sein.</translation>
    </message>
    <message>
        <source>The voice {name!r} cannot be deleted: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme {name!r} kann nicht gelöscht werden: {reason}.</translation>
    </message>
    <message>
        <source>The voice {name!r} does not fit the model that it names: {vector} differs. Delete it and learn it again.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme {name!r} passt nicht zu dem Modell, das sie nennt: {vector} ist anders. Löschen Sie sie und lernen Sie sie neu.</translation>
    </message>
    <message>
        <source>The voice {name!r} has values that are too large for any sound. Delete it and learn it again.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme {name!r} hat Werte, die für jeden Ton zu groß sind. Löschen Sie sie und lernen Sie sie neu.</translation>
    </message>
    <message>
        <source>The voice {name!r} was learnt with another model and does not fit this one. Learn it again with `echoic adapt-voice`.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Die Stimme {name!r} wurde mit einem anderen Modell gelernt und passt nicht zu diesem. Lernen Sie sie mit `echoic adapt-voice` neu.</translation>
    </message>
    <message>
        <source>The {name} of this session cannot be read.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Die Angabe „{name}“ dieser Sitzung ist nicht lesbar.</translation>
    </message>
    <message>
        <source>There is a voice {name!r} already. Give another --name, or --overwrite to replace it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Eine Stimme {name!r} gibt es schon. Geben Sie einen anderen --name an, oder --overwrite, um sie zu ersetzen.</translation>
    </message>
    <message>
        <source>There is no D-Bus session to reach the desktop&apos;s portal through ({reason}).</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Es gibt keine D-Bus-Sitzung, über die das Portal der Arbeitsumgebung erreichbar wäre ({reason}).</translation>
    </message>
    <message>
        <source>There is no session {id!r} in {folder}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>In {folder} gibt es keine Sitzung „{id}“.</translation>
    </message>
    <message>
        <source>There is no voice at {path}. `echoic voices` lists those that were learnt.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Unter {path} ist keine Stimme. `echoic voices` zeigt die gelernten.</translation>
    </message>
    <message>
        <source>There is no voice {name!r} ({known}). `echoic adapt-voice` learns one.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Eine Stimme {name!r} gibt es nicht ({known}). `echoic adapt-voice` lernt eine.</translation>
    </message>
    <message>
        <source>There is too little speech to learn from: {found:.0f} s of {given:.0f} s can be used, expected {least:.0f} s in {lines} lines at least. Lines are left out whose words are in doubt or do not fit the sound.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>Zum Lernen ist zu wenig Sprache da: {found:.0f} s von {given:.0f} s sind brauchbar, nötig sind mindestens {least:.0f} s in {lines} Zeilen. Zeilen mit zweifelhaften Wörtern oder mit Wörtern, die nicht zum Ton passen, werden ausgelassen.</translation>
    </message>
    <message>
        <source>This X server takes no typed keys from programs (its extension XTEST is missing). `echoic dictate --once --print` prints the words.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Dieser X-Server nimmt von Programmen keine Tasten an (ihm fehlt die Erweiterung XTEST). `echoic dictate --once --print` gibt die Wörter aus.</translation>
    </message>
    <message>
        <source>This desktop has no global keys for programs (its portal lacks GlobalShortcuts). Bind the command `echoic dictate` to a key in the keyboard settings of the desktop instead.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Diese Arbeitsumgebung hat keine globalen Tasten für Programme (ihrem Portal fehlt GlobalShortcuts). Legen Sie stattdessen in ihren Tastatureinstellungen den Befehl `echoic dictate` auf eine Taste.</translation>
    </message>
    <message>
        <source>This desktop lets no program type into others (its portal lacks RemoteDesktop). Where it has wtype or ydotool, bind `echoic dictate --once --print | wtype -` to a key.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Diese Arbeitsumgebung lässt kein Programm in andere schreiben (ihrem Portal fehlt RemoteDesktop). Wo es wtype oder ydotool gibt, legen Sie `echoic dictate --once --print | wtype -` auf eine Taste.</translation>
    </message>
    <message>
        <source>This session is only in memory: its folder cannot be written ({reason}).</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Diese Sitzung ist nur im Arbeitsspeicher: Ihr Ordner kann nicht geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>This session is still being recorded: stop it before deleting it.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Diese Sitzung wird noch aufgenommen: Beenden Sie die Aufnahme, bevor Sie sie löschen.</translation>
    </message>
    <message>
        <source>This session was written by another version of Echoic (its journal has version {version}, expected {expected}). Open it with that version.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>Diese Sitzung stammt von einer anderen Version von Echoic (ihre Datei hat Version {version}, erwartet wird {expected}). Öffnen Sie sie mit jener Version.</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>Es sind zu viele Dateien geöffnet</translation>
    </message>
    <message>
        <source>You, or the desktop, did not allow Echoic to {what}. Dictate again to be asked again.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation>Sie oder die Arbeitsumgebung haben Echoic dies nicht erlaubt: {what}. Wenn Sie wieder diktieren, werden Sie erneut gefragt.</translation>
    </message>
    <message>
        <source>a number in it is none, or out of range</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>eine Zahl darin ist keine oder liegt außerhalb der Grenzen</translation>
    </message>
    <message>
        <source>a text in it is none</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>ein Text darin ist keiner</translation>
    </message>
    <message>
        <source>have a global key</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>eine globale Taste einrichten</translation>
    </message>
    <message>
        <source>it breaks a line at a word that is not there</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er teilt eine Zeile bei einem Wort, das nicht da ist</translation>
    </message>
    <message>
        <source>it changes an utterance twice</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ändert eine Äußerung zweimal</translation>
    </message>
    <message>
        <source>it changes other words than those that are there</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ändert andere Wörter als die vorhandenen</translation>
    </message>
    <message>
        <source>it changes words that are not there</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ändert Wörter, die nicht da sind</translation>
    </message>
    <message>
        <source>it does not answer</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>es antwortet nicht</translation>
    </message>
    <message>
        <source>it is longer than {bytes} bytes</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ist länger als {bytes} Bytes</translation>
    </message>
    <message>
        <source>it is no ordinary file</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ist kein JSON</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>es ist keine Datei</translation>
    </message>
    <message>
        <source>it is not an object</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ist kein Objekt</translation>
    </message>
    <message>
        <source>it is of an unknown kind, or of a later version</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er ist von unbekannter Art oder aus einer späteren Version</translation>
    </message>
    <message>
        <source>it joins other lines than those that are there</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er verbindet andere Zeilen als die vorhandenen</translation>
    </message>
    <message>
        <source>it takes back a change that is not there</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er nimmt eine Änderung zurück, die nicht da ist</translation>
    </message>
    <message>
        <source>it takes back another change than the last</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>er nimmt eine andere als die letzte Änderung zurück</translation>
    </message>
    <message>
        <source>it takes neither one channel nor its own number of them</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>es nimmt weder einen Kanal noch seine eigene Anzahl von Kanälen an</translation>
    </message>
    <message>
        <source>its file was deleted</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>die Datei wurde gelöscht</translation>
    </message>
    <message>
        <source>its words are none</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>seine Wörter sind keine</translation>
    </message>
    <message>
        <source>one of its words is none</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>eines seiner Wörter ist keines</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>der Datenträger ist voll</translation>
    </message>
    <message>
        <source>type into other programs</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>in andere Programme schreiben</translation>
    </message>
    <message>
        <source>{count} further records cannot be read.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>{count} weitere Einträge sind nicht lesbar.</translation>
    </message>
    <message>
        <source>{folder} cannot be read: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation>{folder} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{folder} cannot be written ({reason}): new sessions are only in memory.</source>
        <extracomment>app/window/texts/kept_sentences.py</extracomment>
        <translation>In {folder} kann nicht geschrieben werden ({reason}): Neue Sitzungen sind nur im Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>{name!r} cannot be the name of a language; expected letters, digits, - and _, at most 40.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name!r} kann nicht der Name einer Sprachdatei sein; erwartet werden Buchstaben, Ziffern, - und _, höchstens 40.</translation>
    </message>
    <message>
        <source>{name!r} cannot name a voice; expected 1 to 40 letters, digits, spaces, dots, hyphens or apostrophes, the first a letter or digit.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name!r} kann keine Stimme bezeichnen; erwartet werden 1 bis 40 Buchstaben, Ziffern, Leerzeichen, Punkte, Bindestriche oder Apostrophe, zuerst ein Buchstabe oder eine Ziffer.</translation>
    </message>
    <message>
        <source>{name} cannot be opened: it is cut short or damaged ({reason}). Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} lässt sich nicht öffnen: Die Datei ist abgeschnitten oder beschädigt ({reason}). Unterstützt wird, was FFmpeg liest: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm und andere.</translation>
    </message>
    <message>
        <source>{name} cannot be opened: this is not sound or video ({reason}). Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} lässt sich nicht öffnen: Das ist weder Ton noch Video ({reason}). Unterstützt wird, was FFmpeg liest: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm und andere.</translation>
    </message>
    <message>
        <source>{name} ends after {seconds:.1f} s without the mark of its end: it is probably cut short.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} endet nach {seconds:.1f} s ohne Endmarke: Die Datei ist wahrscheinlich abgeschnitten.</translation>
    </message>
    <message>
        <source>{name} ends after {seconds}, before --end {end}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} endet nach {seconds}, vor --end {end}.</translation>
    </message>
    <message>
        <source>{name} ends after {seconds}, before --start {start}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} endet nach {seconds}, vor --start {start}.</translation>
    </message>
    <message>
        <source>{name} has a sound stream, but no sound in it could be decoded.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat eine Tonspur, aber nichts darin ließ sich lesen.</translation>
    </message>
    <message>
        <source>{name} has channels of opposite phase, which would cancel each other; one was inverted.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat gegenphasige Kanäle, die einander auslöschen würden; einer wurde umgekehrt.</translation>
    </message>
    <message>
        <source>{name} has holes of {seconds:.1f} s in its time that are too long to fill with silence; the times after them are too early.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat zeitliche Lücken von {seconds:.1f} s, die zu lang sind, um sie mit Stille zu füllen; die Zeiten danach sind zu früh.</translation>
    </message>
    <message>
        <source>{name} has no channel {channel}; its channels are 1 to {count}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat keinen Kanal {channel}; es gibt die Kanäle 1 bis {count}.</translation>
    </message>
    <message>
        <source>{name} has no sound track {track}; its tracks are 1 to {count}. `echoic info` lists them.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat keine Tonspur {track}; es gibt die Spuren 1 bis {count}. `echoic info` zählt sie auf.</translation>
    </message>
    <message>
        <source>{name} has steady noise in channel {channels}, which was turned down.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat gleichmäßiges Rauschen in Kanal {channels}; es wurde leiser gestellt.</translation>
    </message>
    <message>
        <source>{name} has {found:,} entries; expected {limit}. Leave out words that are not needed.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat {found:,} Einträge; erlaubt sind {limit}. Lassen Sie Wörter weg, die Sie nicht brauchen.</translation>
    </message>
    <message>
        <source>{name} holds an invalid sample ({found}) at {seconds:.2f} s.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat einen ungültigen Abtastwert ({found}) bei {seconds:.2f} s.</translation>
    </message>
    <message>
        <source>{name} holds bytes between its sound that are none, in {count} place(s): tags or zeros. No sound is missing.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} hat an {count} Stelle(n) Bytes im Ton, die keiner sind: Tags oder Nullen. Es fehlt kein Ton.</translation>
    </message>
    <message>
        <source>{name} holds no sound (found: {kinds}).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} enthält keinen Ton (gefunden: {kinds}).</translation>
    </message>
    <message>
        <source>{name} holds no words that can be spoken; expected documents with text in sentences.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} enthält keine Wörter, die man sprechen kann; erwartet werden Dokumente mit Text in Sätzen.</translation>
    </message>
    <message>
        <source>{name} holds no words; give the text that is spoken in the recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} enthält keine Wörter; geben Sie den Text an, der in der Aufnahme gesprochen wird.</translation>
    </message>
    <message>
        <source>{name} is a list that names other files, and holds no sound itself; give those files.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} ist eine Liste, die andere Dateien nennt, und enthält selbst keinen Ton; geben Sie jene Dateien an.</translation>
    </message>
    <message>
        <source>{name} is cut short: it should last {expected:.1f} s but ends after {seconds:.1f} s.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} ist abgeschnitten: Es sollte {expected:.1f} s dauern, endet aber nach {seconds:.1f} s.</translation>
    </message>
    <message>
        <source>{name} is damaged in {count} place(s); {seconds:.1f} s of it were read.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} ist an {count} Stelle(n) beschädigt; {seconds:.1f} s davon wurden gelesen.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} ist leer (0 Bytes).</translation>
    </message>
    <message>
        <source>{name} is not plain text; save it as a text file (UTF-8) and give that.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name} ist kein reiner Text; speichern Sie ihn als Textdatei (UTF-8) und geben Sie diese an.</translation>
    </message>
    <message>
        <source>{name}, line {line}: expected a weight of {lowest:g} to {highest:g} after &apos;:&apos;, found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Nach „:“ wird ein Gewicht von {lowest:g} bis {highest:g} erwartet, gefunden wurde „{found}“.</translation>
    </message>
    <message>
        <source>{name}, line {line}: expected a word before &apos;=&apos;.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Vor „=“ wird ein Wort erwartet.</translation>
    </message>
    <message>
        <source>{name}, line {line}: expected at most {words} words of at most {letters} letters each, and sounds no longer than that.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Erlaubt sind höchstens {words} Wörter mit je höchstens {letters} Buchstaben, und Aussprachen, die nicht länger sind.</translation>
    </message>
    <message>
        <source>{name}, line {line}: expected how it sounds after &apos;=&apos;, in letters a-z (win) or ARPAbet phones (W IH N); found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Nach „=“ wird die Aussprache erwartet, in Buchstaben a–z (win) oder in Lauten nach ARPAbet (W IH N); gefunden wurde „{found}“.</translation>
    </message>
    <message>
        <source>{name}, line {line}: expected the sounds of {expected} words for {written!r}, found {found} in {sound!r}. Join the parts of one word with hyphens; part the phones of two words with |.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Für „{written}“ werden die Laute von {expected} Wörtern erwartet, gefunden wurden {found} in „{sound}“. Verbinden Sie Teile eines Wortes mit Bindestrichen; trennen Sie die Laute zweier Wörter mit |.</translation>
    </message>
    <message>
        <source>{name}, line {line}: found a character that cannot be shown, {found}; remove it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Gefunden wurde ein Zeichen, das sich nicht anzeigen lässt, {found}; entfernen Sie es.</translation>
    </message>
    <message>
        <source>{name}, line {line}: the model does not know {word!r} and has no file for pronunciations ({file}). Add how it sounds, in ARPAbet: {word} = ...</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Das Modell kennt „{word}“ nicht und hat keine Datei für Aussprachen ({file}). Schreiben Sie dazu, wie es klingt, in ARPAbet: {word} = ...</translation>
    </message>
    <message>
        <source>{name}, line {line}: the model has no phone {phone!r}; expected one of {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: Das Modell hat keinen Laut „{phone}“; erwartet wird einer von {known}.</translation>
    </message>
    <message>
        <source>{name}, line {line}: {word!r} cannot be pronounced from its spelling. Add how it sounds, in letters: {word} = ...</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}, Zeile {line}: „{word}“ lässt sich nach seiner Schreibung nicht aussprechen. Schreiben Sie dazu, wie es klingt, in Buchstaben: {word} = ...</translation>
    </message>
    <message>
        <source>{name}: too many entries that sound alike, or too long ones ({reason}); leave some out.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{name}: Zu viele Einträge klingen gleich, oder einige sind zu lang ({reason}); lassen Sie welche weg.</translation>
    </message>
    <message>
        <source>{path} cannot be opened: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} lässt sich nicht öffnen: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read as {kind}: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} kann nicht als {kind} gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} contradicts its own settings ({reason}). Restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} widerspricht den eigenen Einstellungen ({reason}). Stellen Sie die Datei des Programms wieder her.</translation>
    </message>
    <message>
        <source>{path} does not exist; give the path of a sound or video file.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} gibt es nicht; geben Sie den Pfad einer Audio- oder Videodatei an.</translation>
    </message>
    <message>
        <source>{path} does not hold the weights that its settings need: {name} differs.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} enthält nicht die Gewichte, die zu den Einstellungen gehören: {name} weicht ab.</translation>
    </message>
    <message>
        <source>{path} is a folder, a pipe or a device, not a model file. Choose another with --model.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist ein Ordner, eine Pipe oder ein Gerät, keine Modelldatei. Wählen Sie mit --model eine andere.</translation>
    </message>
    <message>
        <source>{path} is a folder; give the files in it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist ein Ordner; geben Sie die Dateien darin an.</translation>
    </message>
    <message>
        <source>{path} is damaged or not a model file ({reason}). Restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist beschädigt oder keine Modelldatei ({reason}). Stellen Sie die Datei des Programms wieder her.</translation>
    </message>
    <message>
        <source>{path} is damaged or not the file of a voice ({reason}). Delete it and learn the voice again.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist beschädigt oder keine Datei einer Stimme ({reason}). Löschen Sie sie und lernen Sie die Stimme neu.</translation>
    </message>
    <message>
        <source>{path} is damaged, or no file that `echoic adapt-language` made ({reason}). Make it again.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist beschädigt oder wurde nicht von `echoic adapt-language` erzeugt ({reason}). Erzeugen Sie die Datei neu.</translation>
    </message>
    <message>
        <source>{path} is larger than {largest} MB; expected a document. Give the parts of it that matter.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist größer als {largest} MB; erwartet wird ein Dokument. Geben Sie die Teile an, auf die es ankommt.</translation>
    </message>
    <message>
        <source>{path} is larger than {largest} MB; expected the text of one recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist größer als {largest} MB; erwartet wird der Text einer Aufnahme.</translation>
    </message>
    <message>
        <source>{path} is no document that can be read; expected one of {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist kein lesbares Dokument; erwartet wird eines von {known}.</translation>
    </message>
    <message>
        <source>{path} is not a model for this program: expected {expected!r}, found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} ist kein Modell für dieses Programm: Erwartet wurde {expected!r}, gefunden {found!r}.</translation>
    </message>
    <message>
        <source>{path} may not be read: permission denied.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path} darf nicht gelesen werden: Zugriff verweigert.</translation>
    </message>
    <message>
        <source>{path}, line {line}: expected a JSON object with &quot;audio&quot;, a path, and &quot;text&quot;, the words; {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation>{path}, Zeile {line}: erwartet wird ein JSON-Objekt mit &quot;audio&quot;, einem Pfad, und &quot;text&quot;, den Wörtern; {reason}.</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Export</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>Exportieren</translation>
    </message>
    <message numerus="yes">
        <source>Export %n (session|sessions)</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>
            <numerusform>%n Sitzung exportieren</numerusform>
            <numerusform>%n Sitzungen exportieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Format of the files</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>Format der Dateien</translation>
    </message>
    <message>
        <source>Markdown (MD)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Markdown (MD)</translation>
    </message>
    <message>
        <source>Plain text (TXT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Reiner Text (TXT)</translation>
    </message>
    <message>
        <source>Subtitles (SRT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Untertitel (SRT)</translation>
    </message>
    <message>
        <source>Table with times (TSV)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Tabelle mit Zeiten (TSV)</translation>
    </message>
    <message>
        <source>Text with times (TXT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Text mit Zeiten (TXT)</translation>
    </message>
    <message>
        <source>Utterances with times (JSONL)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Äußerungen mit Zeiten (JSONL)</translation>
    </message>
    <message>
        <source>Web subtitles (VTT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Untertitel fürs Web (VTT)</translation>
    </message>
    <message>
        <source>Word document (DOCX)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Word-Dokument (DOCX)</translation>
    </message>
    <message>
        <source>Words with times (JSON)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation>Wörter mit Zeiten (JSON)</translation>
    </message>
    <message>
        <source>{0} already exists. Do you want to replace it?</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>{0} gibt es schon. Möchten Sie die Datei ersetzen?</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message numerus="yes">
        <source>Copied %n (session|sessions) of today</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>
            <numerusform>%n Sitzung von heute kopiert</numerusform>
            <numerusform>%n Sitzungen von heute kopiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copied %n (word|words)</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>
            <numerusform>%n Wort kopiert</numerusform>
            <numerusform>%n Wörter kopiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n (file|files) to {0}</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>
            <numerusform>%n Datei nach {0} exportiert</numerusform>
            <numerusform>%n Dateien nach {0} exportiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Exported to {0}</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>Nach {0} exportiert</translation>
    </message>
    <message>
        <source>Not exported to {0}: {1}.</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>Nicht nach {0} exportiert: {1}.</translation>
    </message>
    <message>
        <source>There are no words of today</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation>Heute gibt es noch keine Wörter</translation>
    </message>
</context>
<context>
    <name>FileQueueView</name>
    <message numerus="yes">
        <source>%n failed</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>
            <numerusform>%n Fehler</numerusform>
            <numerusform>%n Fehler</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Files: {0} of {1}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Dateien: {0} von {1}</translation>
    </message>
    <message>
        <source>Progress of all files</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Fortschritt aller Dateien</translation>
    </message>
    <message>
        <source>Show one line only</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Nur eine Zeile anzeigen</translation>
    </message>
    <message>
        <source>Show the files</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Dateien anzeigen</translation>
    </message>
    <message>
        <source>Take finished files off this list; their sessions stay</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Fertige Dateien aus dieser Liste nehmen; ihre Sitzungen bleiben</translation>
    </message>
    <message>
        <source>{0} left</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>noch {0}</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>Cancel {0}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>{0} abbrechen</translation>
    </message>
    <message>
        <source>Cancel; what was recognised so far is kept</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Abbrechen; was bisher erkannt wurde, bleibt erhalten</translation>
    </message>
    <message>
        <source>Progress of {0}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Fortschritt von {0}</translation>
    </message>
    <message>
        <source>Recognise the file again, from its beginning</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Die Datei noch einmal von Anfang an erkennen</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Retry</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>done</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>fertig</translation>
    </message>
    <message>
        <source>incomplete: cancelled at {0}; the text so far is kept</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>unvollständig: bei {0} abgebrochen; der Text bis dahin bleibt erhalten</translation>
    </message>
    <message>
        <source>incomplete: cancelled before the first word</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>unvollständig: abgebrochen vor dem ersten Wort</translation>
    </message>
    <message>
        <source>waiting</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>wartet</translation>
    </message>
    <message>
        <source>{0:.0f} %</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>{0:.0f} %</translation>
    </message>
    <message>
        <source>{0} left</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>noch {0}</translation>
    </message>
    <message>
        <source>{0} recognised</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation>{0} erkannt</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Close the find bar</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation>Suchleiste schließen</translation>
    </message>
    <message>
        <source>Find in this transcript</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation>In diesem Transkript suchen</translation>
    </message>
    <message>
        <source>Next hit</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Previous hit</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation>Vorheriger Treffer</translation>
    </message>
    <message>
        <source>no hits</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation>keine Treffer</translation>
    </message>
</context>
<context>
    <name>FirstPage</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <source>Private session (nothing is saved)</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Private Sitzung (nichts wird gespeichert)</translation>
    </message>
    <message>
        <source>Sound and video files can be dropped here.</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Audio- und Videodateien lassen sich hierher ziehen.</translation>
    </message>
    <message>
        <source>Speak, and read along</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Sprechen und mitlesen</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Beispiel ausprobieren</translation>
    </message>
</context>
<context>
    <name>Languages</name>
    <message>
        <source>English</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation>Englisch</translation>
    </message>
</context>
<context>
    <name>LearnedLanguage</name>
    <message numerus="yes">
        <source>%n corrected (line|lines)</source>
        <extracomment>app/window/vocabulary/learned_language.py</extracomment>
        <translation>
            <numerusform>%n korrigierte Zeile</numerusform>
            <numerusform>%n korrigierte Zeilen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Input level</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation>Eingangspegel</translation>
    </message>
    <message>
        <source>Loudness of the microphone. Speech should reach the middle of the bar.</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation>Lautstärke des Mikrofons. Sprache sollte die Mitte des Balkens erreichen.</translation>
    </message>
    <message>
        <source>clipping</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation>übersteuert</translation>
    </message>
    <message>
        <source>too quiet</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation>zu leise</translation>
    </message>
    <message>
        <source>{level:.0f} dB</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation>{level:.0f} dB</translation>
    </message>
</context>
<context>
    <name>LineBreaks</name>
    <message>
        <source>A line is split between two of its words: put the caret there.</source>
        <extracomment>app/window/transcript/editing/line_breaks.py</extracomment>
        <translation>Eine Zeile wird zwischen zwei ihrer Wörter geteilt: Setzen Sie den Cursor dorthin.</translation>
    </message>
    <message>
        <source>Join with the next line</source>
        <extracomment>app/window/transcript/editing/line_breaks.py</extracomment>
        <translation>Mit der nächsten Zeile verbinden</translation>
    </message>
    <message>
        <source>Lines can be split and joined once the session is finished, in the view Text.</source>
        <extracomment>app/window/transcript/editing/line_breaks.py</extracomment>
        <translation>Zeilen lassen sich teilen und verbinden, sobald die Sitzung fertig ist, in der Ansicht „Text“.</translation>
    </message>
    <message>
        <source>Split line before this word</source>
        <extracomment>app/window/transcript/editing/line_breaks.py</extracomment>
        <translation>Zeile vor diesem Wort teilen</translation>
    </message>
    <message>
        <source>There is no line to join here.</source>
        <extracomment>app/window/transcript/editing/line_breaks.py</extracomment>
        <translation>Hier gibt es keine Zeile zum Verbinden.</translation>
    </message>
</context>
<context>
    <name>LineEditor</name>
    <message>
        <source>Editing this line; Enter ends it</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Diese Zeile wird bearbeitet; die Eingabetaste beendet das</translation>
    </message>
    <message>
        <source>Lines are edited one at a time: put the caret into one.</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Zeilen werden einzeln bearbeitet: Setzen Sie den Cursor in eine.</translation>
    </message>
    <message>
        <source>Not here. Press Enter to edit this line, or select a word and type.</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Nicht hier. Drücken Sie die Eingabetaste, um diese Zeile zu bearbeiten, oder wählen Sie ein Wort aus und tippen Sie.</translation>
    </message>
    <message>
        <source>Not here. Press Enter to edit this line.</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Nicht hier. Drücken Sie die Eingabetaste, um diese Zeile zu bearbeiten.</translation>
    </message>
    <message>
        <source>Not here: words of several lines are selected. Select within one line.</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Nicht hier: Es sind Wörter mehrerer Zeilen ausgewählt. Wählen Sie innerhalb einer Zeile aus.</translation>
    </message>
    <message>
        <source>The line is empty now. Undo brings its words back.</source>
        <extracomment>app/window/transcript/editing/line_editor.py</extracomment>
        <translation>Die Zeile ist jetzt leer. „Rückgängig“ bringt ihre Wörter zurück.</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>&amp;Close</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Forget between chunks</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Zwischen den Abschnitten &amp;vergessen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Abs&amp;pielen</translation>
    </message>
    <message>
        <source>({0} of {1} words right): {2}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>({0} von {1} Wörtern richtig): {2}</translation>
    </message>
    <message>
        <source>Forgetting</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Mit Vergessen</translation>
    </message>
    <message>
        <source>From the &amp;beginning</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Von A&amp;nfang an</translation>
    </message>
    <message>
        <source>Hidden state</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>Verborgener Zustand</translation>
    </message>
    <message>
        <source>How it listens</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>So hört Echoic zu</translation>
    </message>
    <message>
        <source>Layer of the network</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Schicht des Netzes</translation>
    </message>
    <message>
        <source>Layer {0} of {1}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Schicht {0} von {1}</translation>
    </message>
    <message>
        <source>Loading the sample…</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Das Beispiel wird geladen…</translation>
    </message>
    <message>
        <source>Now the hidden state is set back to nothing at the edge of every chunk (the cuts). The weights are the same, the sound is the same; but every {0} s the network wakes up in the middle of a word and does not know what came before. Watch the slow units, and compare the words.</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Jetzt wird der verborgene Zustand am Rand jedes Abschnitts gelöscht (die Schnitte). Die Gewichte sind dieselben, der Ton ist derselbe; aber alle {0} s erwacht das Netz mitten in einem Wort und weiß nicht, was vorher war. Achten Sie auf die langsamen Einheiten, und vergleichen Sie die Wörter.</translation>
    </message>
    <message>
        <source>Phones</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>Laute</translation>
    </message>
    <message>
        <source>Sets the hidden state back to nothing at the edge of every chunk</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Löscht den verborgenen Zustand am Rand jedes Abschnitts</translation>
    </message>
    <message>
        <source>Sound</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Sound arrives in chunks of {0} s, and the network hears one chunk at a time. All it knows of the chunks before is its hidden state: {1} numbers in each of {2} layers, carried from chunk to chunk (faint lines). At every step the update gate decides, number by number, how much of the old gives way to the new.</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Der Ton kommt in Abschnitten von {0} s, und das Netz hört einen nach dem anderen. Alles, was es von den früheren weiß, ist sein verborgener Zustand: {1} Zahlen in jeder von {2} Schichten, die von Abschnitt zu Abschnitt weitergereicht werden (schwache Linien). Bei jedem Schritt entscheidet das Update-Gate für jede Zahl, wie viel vom Alten dem Neuen weicht.</translation>
    </message>
    <message>
        <source>Sound, hidden state, update gate and phones over time, moving to the left</source>
        <extracomment>app/window/help/inspector_view.py</extracomment>
        <translation>Ton, verborgener Zustand, Update-Gate und Laute im Lauf der Zeit, nach links laufend</translation>
    </message>
    <message>
        <source>The network at work</source>
        <extracomment>app/window/help/inspector_view.py</extracomment>
        <translation>Das Netz bei der Arbeit</translation>
    </message>
    <message>
        <source>The sample cannot be shown: {0}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Das Beispiel kann nicht gezeigt werden: {0}</translation>
    </message>
    <message>
        <source>Update gate</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>Update-Gate</translation>
    </message>
    <message>
        <source>What is said (struck out below: what was misheard): {0}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Was gesagt wird (unten durchgestrichen, was falsch erkannt wurde): {0}</translation>
    </message>
    <message>
        <source>With memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Mit Gedächtnis</translation>
    </message>
    <message>
        <source>Words with memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Wörter mit Gedächtnis</translation>
    </message>
    <message>
        <source>Words without memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation>Wörter ohne Gedächtnis</translation>
    </message>
    <message>
        <source>dark keeps the old, bright takes the new</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>dunkel behält das Alte, hell nimmt das Neue</translation>
    </message>
    <message>
        <source>each line a unit: blue below 0, orange above; slow units below</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>jede Linie eine Einheit: blau unter 0, orange darüber; langsame Einheiten unten</translation>
    </message>
    <message>
        <source>low tones below, high tones above</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>tiefe Töne unten, hohe oben</translation>
    </message>
    <message>
        <source>the sounds of English, as likely as they are bright</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation>die Laute des Englischen, je heller, desto wahrscheinlicher</translation>
    </message>
</context>
<context>
    <name>LiveDisplay</name>
    <message>
        <source>not kept</source>
        <extracomment>app/window/live/live_display.py</extracomment>
        <translation>nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Press Esc again to stop recording</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation>Drücken Sie noch einmal Esc, um die Aufnahme zu beenden</translation>
    </message>
    <message>
        <source>Private files are not finished, and nothing of them is kept. Quit all the same?</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation>Private Dateien sind noch nicht fertig, und nichts davon wird gespeichert. Trotzdem beenden?</translation>
    </message>
    <message>
        <source>Quit</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>ModelLoader</name>
    <message>
        <source>Choose the folder of a model</source>
        <extracomment>app/window/live/model_loader.py</extracomment>
        <translation>Ordner eines Modells auswählen</translation>
    </message>
</context>
<context>
    <name>OpenedFiles</name>
    <message>
        <source>All files</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation>Alle Dateien</translation>
    </message>
    <message numerus="yes">
        <source>Going on with %n (file|files) of the last time</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation>
            <numerusform>Es geht weiter mit %n Datei vom letzten Mal</numerusform>
            <numerusform>Es geht weiter mit %n Dateien vom letzten Mal</numerusform>
        </translation>
    </message>
    <message>
        <source>Open sound or video</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation>Audio oder Video öffnen</translation>
    </message>
    <message>
        <source>Sound and video</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation>Audio und Video</translation>
    </message>
</context>
<context>
    <name>Overlay</name>
    <message>
        <source>Echoic dictation</source>
        <extracomment>app/window/desktop/overlay.py</extracomment>
        <translation>Echoic – Diktat</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>How fast it is played; voices keep their pitch</source>
        <extracomment>app/window/transcript/player/player_bar.py</extracomment>
        <translation>Wie schnell abgespielt wird; Stimmen behalten ihre Tonhöhe</translation>
    </message>
    <message>
        <source>Place in the sound</source>
        <extracomment>app/window/transcript/player/player_bar.py</extracomment>
        <translation>Stelle im Ton</translation>
    </message>
    <message>
        <source>Speed</source>
        <extracomment>app/window/transcript/player/player_bar.py</extracomment>
        <translation>Geschwindigkeit</translation>
    </message>
</context>
<context>
    <name>PrivateSessions</name>
    <message>
        <source>Kept: the words are saved; the sound of a private session is never recorded</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation>Behalten: Die Wörter sind gespeichert; der Ton einer privaten Sitzung wird nie aufgenommen</translation>
    </message>
    <message>
        <source>Nothing of the next sessions is saved</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation>Von den nächsten Sitzungen wird nichts gespeichert</translation>
    </message>
    <message>
        <source>The next sessions are saved again</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation>Die nächsten Sitzungen werden wieder gespeichert</translation>
    </message>
    <message>
        <source>There is no finished private session on screen.</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation>Es wird keine fertige private Sitzung angezeigt.</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source> and </source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation> und </translation>
    </message>
    <message numerus="yes">
        <source>%n (session was|sessions were) older than the settings keep them, and deleted.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>%n Sitzung war älter, als die Einstellungen erlauben, und wurde gelöscht.</numerusform>
            <numerusform>%n Sitzungen waren älter, als die Einstellungen erlauben, und wurden gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n private (session is|sessions are) not saved.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>%n private Sitzung ist nicht gespeichert.</numerusform>
            <numerusform>%n private Sitzungen sind nicht gespeichert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to vocabulary</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Zum Wortschatz hinzufügen</translation>
    </message>
    <message>
        <source>Choose model…</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Modell auswählen…</translation>
    </message>
    <message>
        <source>Close the window again to let go.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Schließen Sie das Fenster noch einmal, um darauf zu verzichten.</translation>
    </message>
    <message numerus="yes">
        <source>Deleted %n (session|sessions).</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>%n Sitzung gelöscht.</numerusform>
            <numerusform>%n Sitzungen gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted “{0}”.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>„{0}“ gelöscht.</translation>
    </message>
    <message>
        <source>Discard</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Verwerfen</translation>
    </message>
    <message numerus="yes">
        <source>Discarded %n (session|sessions).</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>%n Sitzung verworfen.</numerusform>
            <numerusform>%n Sitzungen verworfen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Export the text before you close the window.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Exportieren Sie den Text, bevor Sie das Fenster schließen.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Last session ended unexpectedly; {0} of sound and text restored.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Die letzte Sitzung endete unerwartet; {0} Ton und Text wurden wiederhergestellt.</translation>
    </message>
    <message>
        <source>Let it go</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Verzichten</translation>
    </message>
    <message>
        <source>Listening stopped because of an unexpected error. The text so far is kept.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Die Aufnahme wurde durch einen unerwarteten Fehler beendet. Der Text bis dahin ist gespeichert.</translation>
    </message>
    <message>
        <source>Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Für das Mikrofon wird PortAudio gebraucht (unter Debian: apt install libportaudio2). Dateien gehen trotzdem.</translation>
    </message>
    <message>
        <source>No microphone found. Plug one in (the list refreshes) or open a file.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Kein Mikrofon gefunden. Schließen Sie eines an (die Liste aktualisiert sich), oder öffnen Sie eine Datei.</translation>
    </message>
    <message>
        <source>No program of this desktop shows folders. The session is in {0}</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Kein Programm dieser Arbeitsumgebung zeigt Ordner an. Die Sitzung ist in {0}</translation>
    </message>
    <message>
        <source>No sound at all from {0}. Is it muted?</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Von {0} kommt gar kein Ton. Ist es stummgeschaltet?</translation>
    </message>
    <message>
        <source>No words were recognised in this private session.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>In dieser privaten Sitzung wurden keine Wörter erkannt.</translation>
    </message>
    <message>
        <source>No words were recognised, so this session was put into Recently deleted.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Es wurden keine Wörter erkannt, daher liegt diese Sitzung jetzt unter „Zuletzt gelöscht“.</translation>
    </message>
    <message>
        <source>No words were recognised. The loudest sound has {0:.0f} dBFS.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Es wurden keine Wörter erkannt. Der lauteste Ton hat {0:.0f} dBFS.</translation>
    </message>
    <message>
        <source>No words were recognised. The sound of this session is kept.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Es wurden keine Wörter erkannt. Der Ton dieser Sitzung ist gespeichert.</translation>
    </message>
    <message>
        <source>No words were recognised: the file is silent.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Es wurden keine Wörter erkannt: Die Datei ist stumm.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open file…</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <source>Playing needs PortAudio (on Debian: apt install libportaudio2).</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Zum Abspielen wird PortAudio gebraucht (unter Debian: apt install libportaudio2).</translation>
    </message>
    <message>
        <source>Replace in all sessions ({0})</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>In allen Sitzungen ersetzen ({0})</translation>
    </message>
    <message>
        <source>Replace in this session ({0})</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>In dieser Sitzung ersetzen ({0})</translation>
    </message>
    <message numerus="yes">
        <source>Replaced at %n (place|places).</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>An %n Stelle ersetzt.</numerusform>
            <numerusform>An %n Stellen ersetzt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop and catch up</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Beenden und aufholen</translation>
    </message>
    <message>
        <source>The loudspeaker cannot be opened: {0}.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Der Lautsprecher lässt sich nicht öffnen: {0}.</translation>
    </message>
    <message>
        <source>The microphone</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Das Mikrofon</translation>
    </message>
    <message>
        <source>The system refused the microphone. Check the privacy settings; another program may be using it.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Das System hat das Mikrofon verweigert. Prüfen Sie die Datenschutzeinstellungen; vielleicht verwendet es ein anderes Programm.</translation>
    </message>
    <message>
        <source>Try again</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Undo</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Mitgeliefertes Modell verwenden</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>{0} verwenden</translation>
    </message>
    <message>
        <source>Vocabulary…</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Wortschatz…</translation>
    </message>
    <message>
        <source>Words come late. Nothing is lost yet: the sound waits its turn. Closing other programs helps.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Die Wörter kommen verspätet. Noch geht nichts verloren: Der Ton wartet, bis er an der Reihe ist. Es hilft, andere Programme zu schließen.</translation>
    </message>
    <message>
        <source>Words come too late, and sound is being lost. Closing other programs helps.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>Die Wörter kommen zu spät, und Ton geht verloren. Es hilft, andere Programme zu schließen.</translation>
    </message>
    <message numerus="yes">
        <source>at %n (place|places)</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>an %n Stelle</numerusform>
            <numerusform>an %n Stellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>at %n other (place|places) of this session</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>an %n weiteren Stelle dieser Sitzung</numerusform>
            <numerusform>an %n weiteren Stellen dieser Sitzung</numerusform>
        </translation>
    </message>
    <message>
        <source>the microphone</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>dem Mikrofon</translation>
    </message>
    <message numerus="yes">
        <source>{0} %n (session was|sessions were) changed.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>{0} %n Sitzung wurde geändert.</numerusform>
            <numerusform>{0} %n Sitzungen wurden geändert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n other (session|sessions)</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>
            <numerusform>{0} in %n anderen Sitzung</numerusform>
            <numerusform>{0} in %n anderen Sitzungen</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} stopped sending sound. Plug it in again, or choose another microphone above.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>{0} liefert keinen Ton mehr. Schließen Sie das Mikrofon wieder an, oder wählen Sie oben ein anderes.</translation>
    </message>
    <message>
        <source>“{0}”</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>„{0}“</translation>
    </message>
    <message>
        <source>“{0}” instead of “{1}”: it stands also {2}.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>„{0}“ statt „{1}“: Das steht auch {2}.</translation>
    </message>
    <message>
        <source>“{0}” is a word that Echoic does not know yet.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>„{0}“ ist ein Wort, das Echoic noch nicht kennt.</translation>
    </message>
    <message>
        <source>“{0}” is not connected.</source>
        <extracomment>app/window/texts/messages.py</extracomment>
        <translation>„{0}“ ist nicht angeschlossen.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>Doubtful word {0} of {1}</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Unsicheres Wort {0} von {1}</translation>
    </message>
    <message>
        <source>Mark word as correct</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Wort als richtig markieren</translation>
    </message>
    <message>
        <source>No doubtful words here</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Hier sind keine unsicheren Wörter</translation>
    </message>
    <message>
        <source>Play from here</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Ab hier abspielen</translation>
    </message>
    <message>
        <source>That was the last doubtful word</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Das war das letzte unsichere Wort</translation>
    </message>
    <message>
        <source>The round is over. Doubtful word {0} of {1}</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation>Die Runde ist zu Ende. Unsicheres Wort {0} von {1}</translation>
    </message>
</context>
<context>
    <name>SessionList</name>
    <message numerus="yes">
        <source>%n (word|words)</source>
        <extracomment>app/window/sessions/session_list.py, app/window/sessions/trash_dialog.py</extracomment>
        <translation>
            <numerusform>%n Wort</numerusform>
            <numerusform>%n Wörter</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n (session|sessions)</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>
            <numerusform>%n Sitzung löschen</numerusform>
            <numerusform>%n Sitzungen löschen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n (session|sessions)…</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>
            <numerusform>%n Sitzung exportieren…</numerusform>
            <numerusform>%n Sitzungen exportieren…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>No session contains these words.</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Keine Sitzung enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Ordner öffnen</translation>
    </message>
    <message numerus="yes">
        <source>Recently deleted (%n)</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>
            <numerusform>Zuletzt gelöscht (%n)</numerusform>
            <numerusform>Zuletzt gelöscht (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Rename</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Search all sessions</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Alle Sitzungen durchsuchen</translation>
    </message>
    <message>
        <source>Sessions</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>Sessions that were deleted and can be restored</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Gelöschte Sitzungen, die sich wiederherstellen lassen</translation>
    </message>
    <message>
        <source>What you record and the files you open are listed here.</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>Hier erscheinen Ihre Aufnahmen und die Dateien, die Sie öffnen.</translation>
    </message>
    <message>
        <source>running now</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>läuft gerade</translation>
    </message>
    <message>
        <source>● another program records it</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation>● ein anderes Programm nimmt sie auf</translation>
    </message>
</context>
<context>
    <name>SessionNotes</name>
    <message>
        <source>… and {0} more</source>
        <extracomment>app/window/transcript/session_notes.py</extracomment>
        <translation>… und {0} weitere</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message numerus="yes">
        <source> (day|days)</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>
            <numerusform> Tag</numerusform>
            <numerusform> Tage</numerusform>
        </translation>
    </message>
    <message>
        <source> pt</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation> pt</translation>
    </message>
    <message>
        <source>Act on spoken commands: comma, new line, scratch that</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Auf gesprochene Befehle reagieren: comma, new line, scratch that</translation>
    </message>
    <message>
        <source>As the system</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Background</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>Built-in model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Mitgeliefertes Modell</translation>
    </message>
    <message>
        <source>Capitals, punctuation, numbers in digits</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Großbuchstaben, Satzzeichen, Zahlen in Ziffern</translation>
    </message>
    <message>
        <source>Captions</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Live-Untertitel</translation>
    </message>
    <message>
        <source>Choose…</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Auswählen…</translation>
    </message>
    <message>
        <source>Corrected lines are kept on this computer; those of private sessions never</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Korrigierte Zeilen bleiben auf diesem Computer; solche aus privaten Sitzungen nie</translation>
    </message>
    <message>
        <source>Dark</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Fade after a silence</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Nach einer Stille ausblenden</translation>
    </message>
    <message>
        <source>Keep sessions</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Sitzungen behalten</translation>
    </message>
    <message>
        <source>Language of documents</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Sprache aus Dokumenten</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Sprache des Fensters</translation>
    </message>
    <message>
        <source>Learn words and phrases from my corrections</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Wörter und Wendungen aus meinen Korrekturen lernen</translation>
    </message>
    <message>
        <source>Light</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Lines</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Modell</translation>
    </message>
    <message>
        <source>New line after</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Neue Zeile nach</translation>
    </message>
    <message>
        <source>Of the sound before Start nothing is kept.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Vom Ton vor dem Start wird nichts aufgehoben.</translation>
    </message>
    <message>
        <source>On this desktop (Wayland) the system decides whether captions stay on top.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>In dieser Arbeitsumgebung (Wayland) entscheidet das System, ob Untertitel im Vordergrund bleiben.</translation>
    </message>
    <message>
        <source>Otherwise words as they are spoken: i guess she was ninety two</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Sonst Wörter, wie sie gesprochen werden: i guess she was ninety two</translation>
    </message>
    <message>
        <source>Place</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Privacy</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Reset</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Settings</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show and delete…</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Zeigen und löschen…</translation>
    </message>
    <message>
        <source>Show its level before Start</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Pegel schon vor dem Start anzeigen</translation>
    </message>
    <message>
        <source>Size</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Sound</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Storage folder</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Speicherordner</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Takes effect at the next start of Echoic</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Gilt ab dem nächsten Start von Echoic</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Text</translation>
    </message>
    <message>
        <source>Text size</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>Theme</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Erscheinungsbild</translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Mitgeliefertes Modell verwenden</translation>
    </message>
    <message>
        <source>Your language</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>Ihre Sprache</translation>
    </message>
    <message>
        <source>`echoic adapt-language` makes one of your own documents.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>`echoic adapt-language` erzeugt eine aus Ihren eigenen Dokumenten.</translation>
    </message>
    <message>
        <source>a long pause: lines of whole thoughts</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>einer langen Pause: Zeilen aus ganzen Gedanken</translation>
    </message>
    <message>
        <source>a normal pause</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>einer normalen Pause</translation>
    </message>
    <message>
        <source>a short pause: a new line at every breath</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>einer kurzen Pause: eine neue Zeile bei jedem Atemzug</translation>
    </message>
    <message>
        <source>bottom of the screen</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>unten am Bildschirm</translation>
    </message>
    <message>
        <source>comma, full stop or period, question mark, exclamation mark, colon, new line, new paragraph. “Scratch that” removes the words since the last mark.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>comma, full stop oder period, question mark, exclamation mark, colon, new line, new paragraph. „Scratch that“ entfernt die Wörter seit dem letzten Satzzeichen.</translation>
    </message>
    <message>
        <source>dark</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>hell</translation>
    </message>
    <message>
        <source>none</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>keine</translation>
    </message>
    <message>
        <source>top of the screen</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>oben am Bildschirm</translation>
    </message>
    <message>
        <source>until I delete them</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>bis ich sie lösche</translation>
    </message>
    <message>
        <source>where I put them</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation>wo ich sie hinschiebe</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <extracomment>app/window/help/shortcuts.py</extracomment>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>or</source>
        <extracomment>app/window/help/shortcuts.py</extracomment>
        <translation>oder</translation>
    </message>
</context>
<context>
    <name>Spectrogram</name>
    <message>
        <source>What the model hears</source>
        <extracomment>app/window/live/spectrogram.py</extracomment>
        <translation>Was das Modell hört</translation>
    </message>
    <message>
        <source>What the model hears: low to high tones of 10 seconds</source>
        <extracomment>app/window/live/spectrogram.py</extracomment>
        <translation>Was das Modell hört: tiefe bis hohe Töne von 10 Sekunden</translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>Cancel</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Finishing the last words…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Die letzten Wörter werden erkannt…</translation>
    </message>
    <message>
        <source>Listening</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Echoic hört zu</translation>
    </message>
    <message>
        <source>Loading the model, then listening begins…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Das Modell wird geladen, dann beginnt die Aufnahme…</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>Microphone lost, the transcript is safe</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Mikrofon verloren, das Transkript ist sicher</translation>
    </message>
    <message>
        <source>Opening the microphone…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Das Mikrofon wird geöffnet…</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Ready</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Start</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Aufnahme starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Aufnahme beenden</translation>
    </message>
    <message>
        <source>Stop now</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Sofort beenden</translation>
    </message>
    <message>
        <source>Stopped</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>This computer is falling behind</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Dieser Computer kommt nicht nach</translation>
    </message>
    <message>
        <source>Try again</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Private session</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>Private Sitzung</translation>
    </message>
    <message>
        <source>Private session: nothing is saved</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>Private Sitzung: Nichts wird gespeichert</translation>
    </message>
    <message>
        <source>Recognising {0}</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>{0} wird erkannt</translation>
    </message>
    <message>
        <source>The next session is private</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>Die nächste Sitzung ist privat</translation>
    </message>
    <message numerus="yes">
        <source>sound lost %n (time|times)</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>
            <numerusform>%n-mal Ton verloren</numerusform>
            <numerusform>%n-mal Ton verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>{0:.0f} s behind</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>{0:.0f} s im Rückstand</translation>
    </message>
    <message>
        <source>{0:.1f}× slower than it plays</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation>{0:.1f}-mal langsamer als die Wiedergabe</translation>
    </message>
</context>
<context>
    <name>TimeGutter</name>
    <message>
        <source>Bookmark</source>
        <extracomment>app/window/transcript/view/time_gutter.py</extracomment>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>Paused after this line</source>
        <extracomment>app/window/transcript/view/time_gutter.py</extracomment>
        <translation>Pause nach dieser Zeile</translation>
    </message>
    <message>
        <source>{0:.1f} s of sound missing here</source>
        <extracomment>app/window/transcript/view/time_gutter.py</extracomment>
        <translation>Hier fehlen {0:.1f} s Ton</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Sound recorded in this session; pauses do not count</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation>Aufgenommener Ton dieser Sitzung; Pausen zählen nicht</translation>
    </message>
    <message>
        <source>Tools</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation>Werkzeuge</translation>
    </message>
</context>
<context>
    <name>TranscriptHeader</name>
    <message>
        <source>As subtitles will be cut</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>So, wie Untertitel geschnitten werden</translation>
    </message>
    <message>
        <source>Each line with its beginning and end</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Jede Zeile mit Anfang und Ende</translation>
    </message>
    <message>
        <source>Each line with the time it begins</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Jede Zeile mit der Zeit, zu der sie beginnt</translation>
    </message>
    <message>
        <source>Export</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Save this transcript as a file</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Dieses Transkript als Datei speichern</translation>
    </message>
    <message>
        <source>Segments</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Untertitel</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>TranscriptText</name>
    <message>
        <source>Not sure of this word ({0:.0f} %). F7 goes to the next one.</source>
        <extracomment>app/window/transcript/view/transcript_text.py</extracomment>
        <translation>Dieses Wort ist unsicher ({0:.0f} %). F7 geht zum nächsten.</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Jump to live ({0} new)</source>
        <extracomment>app/window/transcript/view/transcript_view.py</extracomment>
        <translation>Zur Live-Stelle springen ({0} neu)</translation>
    </message>
    <message>
        <source>Transcript</source>
        <extracomment>app/window/transcript/view/transcript_view.py</extracomment>
        <translation>Transkript</translation>
    </message>
</context>
<context>
    <name>TrashDialog</name>
    <message numerus="yes">
        <source>Delete %n (session|sessions) for good? This cannot be undone.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>
            <numerusform>%n Sitzung endgültig löschen? Das lässt sich nicht rückgängig machen.</numerusform>
            <numerusform>%n Sitzungen endgültig löschen? Das lässt sich nicht rückgängig machen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete all for good</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Alle endgültig löschen</translation>
    </message>
    <message>
        <source>Delete all of these sessions for good? This cannot be undone.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Alle diese Sitzungen endgültig löschen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Deleted sessions</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Gelöschte Sitzungen</translation>
    </message>
    <message>
        <source>Nothing was deleted lately.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>In letzter Zeit wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>Recently deleted</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Zuletzt gelöscht</translation>
    </message>
    <message>
        <source>Restore</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>Wiederherstellen</translation>
    </message>
    <message numerus="yes">
        <source>Sessions stay here for %n (day|days), then a start of Echoic removes them.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation>
            <numerusform>Sitzungen bleiben hier %n Tag lang, dann entfernt sie ein Start von Echoic.</numerusform>
            <numerusform>Sitzungen bleiben hier %n Tage lang, dann entfernt sie ein Start von Echoic.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n (word|words) recognised</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation>
            <numerusform>%n Wort erkannt</numerusform>
            <numerusform>%n Wörter erkannt</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy what was not &amp;typed</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation>Nicht Geschriebenes &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Show the window</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation>Fenster an&amp;zeigen</translation>
    </message>
    <message>
        <source>Start &amp;listening</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation>Aufnahme &amp;starten</translation>
    </message>
    <message>
        <source>Stop &amp;listening</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation>Aufnahme be&amp;enden</translation>
    </message>
</context>
<context>
    <name>UserVocabulary</name>
    <message>
        <source>Add to vocabulary</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation>Zum Wortschatz hinzufügen</translation>
    </message>
    <message>
        <source>Select a word of the transcript to add it to your vocabulary.</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation>Wählen Sie ein Wort des Transkripts aus, um es zu Ihrem Wortschatz hinzuzufügen.</translation>
    </message>
    <message>
        <source>“{0}” is in your vocabulary.</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation>„{0}“ ist in Ihrem Wortschatz.</translation>
    </message>
</context>
<context>
    <name>UserVoices</name>
    <message>
        <source>No voice was learnt.</source>
        <extracomment>app/window/voices/user_voices.py</extracomment>
        <translation>Es wurde keine Stimme gelernt.</translation>
    </message>
    <message>
        <source>The voice “{0}” is learnt: of {1} other words {2} were wrong without it, {3} are with it.</source>
        <extracomment>app/window/voices/user_voices.py</extracomment>
        <translation>Die Stimme „{0}“ ist gelernt: Von {1} anderen Wörtern waren {2} ohne sie falsch, mit ihr sind es {3}.</translation>
    </message>
</context>
<context>
    <name>VocabularyDialog</name>
    <message>
        <source> or </source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation> oder </translation>
    </message>
    <message numerus="yes">
        <source>%n (word or phrase|words and phrases)</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>
            <numerusform>%n Wort oder Ausdruck</numerusform>
            <numerusform>%n Wörter und Ausdrücke</numerusform>
        </translation>
    </message>
    <message>
        <source>A word to try</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Ein Wort zum Ausprobieren</translation>
    </message>
    <message>
        <source>Nguyen = win</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Nguyen = win</translation>
    </message>
    <message>
        <source>One word or phrase a line, written as you want to see it. Names that Echoic does not know are recognised from the next line of the transcript on, and all words here are preferred to others that sound like them.</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Ein Wort oder Ausdruck je Zeile, so geschrieben, wie Sie es sehen möchten. Namen, die Echoic nicht kennt, werden ab der nächsten Zeile des Transkripts erkannt, und alle Wörter hier werden anderen vorgezogen, die ähnlich klingen.</translation>
    </message>
    <message>
        <source>Shows how Echoic expects a word to sound, without adding it</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Zeigt, wie ein Wort nach Echoics Erwartung klingt, ohne es hinzuzufügen</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>This text</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Dieser Text</translation>
    </message>
    <message>
        <source>Try a word:</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Wort ausprobieren:</translation>
    </message>
    <message>
        <source>What you try</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Was Sie ausprobieren</translation>
    </message>
    <message>
        <source>Your vocabulary</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Eigener Wortschatz</translation>
    </message>
    <message>
        <source>Your words and phrases, one a line</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>Ihre Wörter und Ausdrücke, je Zeile einer</translation>
    </message>
    <message>
        <source>known to Echoic</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>bekannt</translation>
    </message>
    <message>
        <source>new</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation>neu</translation>
    </message>
</context>
<context>
    <name>VocabularyFile</name>
    <message>
        <source>How it sounds, if its spelling does not show it:</source>
        <extracomment>app/window/vocabulary/vocabulary_file.py</extracomment>
        <translation>Wie es klingt, wenn die Schreibung es nicht zeigt:</translation>
    </message>
    <message>
        <source>One word or phrase a line, written as you want to see it.</source>
        <extracomment>app/window/vocabulary/vocabulary_file.py</extracomment>
        <translation>Ein Wort oder Ausdruck je Zeile, so geschrieben, wie Sie es sehen möchten.</translation>
    </message>
    <message>
        <source>The same in ARPAbet phones:</source>
        <extracomment>app/window/vocabulary/vocabulary_file.py</extracomment>
        <translation>Dasselbe in Lauten nach ARPAbet:</translation>
    </message>
    <message>
        <source>Twice as much preference as usual:</source>
        <extracomment>app/window/vocabulary/vocabulary_file.py</extracomment>
        <translation>Doppelt so sehr bevorzugt wie sonst:</translation>
    </message>
</context>
<context>
    <name>VoicesDialog</name>
    <message numerus="yes">
        <source>%n (word|words)</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>
            <numerusform>%n Wort</numerusform>
            <numerusform>%n Wörter</numerusform>
        </translation>
    </message>
    <message>
        <source>A name has letters, digits, spaces, dots, hyphens or apostrophes.</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Ein Name besteht aus Buchstaben, Ziffern, Leerzeichen, Punkten, Bindestrichen oder Apostrophen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Delete</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete the voice “{0}” for good?</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Die Stimme „{0}“ endgültig löschen?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>How much of the voice is learnt</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Wie viel von der Stimme gelernt ist</translation>
    </message>
    <message>
        <source>Learn a voice from sessions in which one person speaks, once you have corrected them: about five minutes of speech. Lines with a doubtful word that you neither corrected nor marked as correct are left out. It takes some minutes, and the voice is kept only if it makes fewer mistakes on lines that it has not learnt from. Nothing leaves this computer.</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Lernen Sie eine Stimme aus Sitzungen, in denen eine Person spricht und die Sie korrigiert haben: etwa fünf Minuten Sprache. Zeilen mit einem zweifelhaften Wort, das Sie weder korrigiert noch als richtig markiert haben, werden ausgelassen. Es dauert einige Minuten, und die Stimme wird nur gespeichert, wenn sie in Zeilen, aus denen sie nicht gelernt wurde, weniger Fehler macht. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Learn this voice</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Diese Stimme lernen</translation>
    </message>
    <message>
        <source>Learnt on {0} from {1} of speech; of {2} other words {3} were wrong without it, {4} with it.</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Gelernt am {0} aus {1} Sprache; von {2} anderen Wörtern waren {3} ohne sie falsch, {4} mit ihr.</translation>
    </message>
    <message>
        <source>Name of the voice</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Name der Stimme</translation>
    </message>
    <message>
        <source>Name of the voice:</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Name der Stimme:</translation>
    </message>
    <message>
        <source>Sessions to learn from</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Sitzungen, aus denen gelernt wird</translation>
    </message>
    <message>
        <source>The model is being loaded.</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Das Modell wird geladen.</translation>
    </message>
    <message>
        <source>There is a voice “{0}” already. Replace it if the new one helps?</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Eine Stimme „{0}“ gibt es schon. Ersetzen, wenn die neue hilft?</translation>
    </message>
    <message>
        <source>Voice of the next sessions</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Stimme der nächsten Sitzungen</translation>
    </message>
    <message>
        <source>Voices</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Stimmen</translation>
    </message>
    <message>
        <source>Who speaks in the next sessions and files:</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>Wer in den nächsten Sitzungen und Dateien spricht:</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>noch etwa {0}</translation>
    </message>
    <message>
        <source>anybody (no voice)</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>irgendwer (keine Stimme)</translation>
    </message>
    <message>
        <source>me</source>
        <extracomment>app/window/voices/voices_dialog.py</extracomment>
        <translation>ich</translation>
    </message>
</context>
</TS>
