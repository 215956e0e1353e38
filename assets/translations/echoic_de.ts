<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Echoic</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LOADED</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No account, no telemetry, no update check, no download. A port opens only when you start `echoic serve`, and this window never does. Sound and words are kept in your own folder until you delete them, and a private session is not kept at all. You need not believe it: this is what the running program has done.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the running program has done</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writes down speech while it is spoken. Language: {0}. Model: {1}.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>attempts to reach a network since the start: {0}</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>modules that can speak to a network:</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>network connections open at this moment: {0}</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not loaded</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open, another start of Echoic and commands like `echoic toggle` reach this program.</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is loaded for local sockets: through one, a file that only you may</source>
        <extracomment>app/window/help/about.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Echoic and your privacy</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Captions</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Doubtful word before</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;How it listens</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Join with the next line</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep this private session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Leave or stop what is shown</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mark word as correct</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Private session (nothing is saved)</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset text size</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Session</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Shortcuts</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Smaller text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Split line at the caret</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Try the sample</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3 seconds &amp;back</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3 seconds &amp;forward</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add selection to &amp;vocabulary</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose &amp;model…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;all text</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy text of &amp;today</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;elete what the list has selected</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Di&amp;ctate into other programs</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictation and &amp;tray…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find &amp;next</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find &amp;previous</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ne&amp;xt bookmark</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next &amp;doubtful word</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play from this &amp;word</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recentl&amp;y deleted…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search &amp;sessions</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set &amp;bookmark</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show sound &amp;picture</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop &amp;now</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your &amp;vocabulary…</source>
        <extracomment>app/window/shell/actions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>{0} Live</source>
        <extracomment>app/window/appearance.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Copy details</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy what exactly went wrong, for a report</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <extracomment>app/window/shell/banner.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Bookmarks</name>
    <message>
        <source>Bookmark removed</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark set at {0}</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark {0} of {1}</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmarks are set in a session that runs or is finished.</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No bookmarks here</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove bookmark</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set bookmark</source>
        <extracomment>app/window/transcript/bookmarks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CaptionControls</name>
    <message>
        <source>Close the captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller captions</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the other edge of the screen</source>
        <extracomment>app/window/live/caption_controls.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Captions</name>
    <message>
        <source>Captions</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions appear here</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echoic captions</source>
        <extracomment>app/window/live/captions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurrentTranscript</name>
    <message>
        <source>Live</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Start and speak, or drop a sound or video file here.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no words in this session.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was typed: {text}</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words appear here as the file is recognised.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words appear here as you speak.</source>
        <extracomment>app/window/transcript/current_transcript.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>d MMM</source>
        <extracomment>app/window/shell/language.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DayGroups</name>
    <message>
        <source>Last week</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday</source>
        <extracomment>app/window/sessions/day_groups.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DesktopDialog</name>
    <message>
        <source>&amp;Keep what is dictated as sessions</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A spoken line break presses &amp;Enter</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing the window leaves Echoic running in the &amp;tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictation</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictation and tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Global key</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold the key while you speak, or tap it to begin and again to end. Words go to the window that has the focus while you speak; what cannot go there is kept, and you are told. With Ctrl, Alt, Shift or Meta in the key, words appear when you let go of it.</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this desktop (Wayland) no program can see which window has the focus: words go to the one that has it when they are final. The desktop asks you once whether Echoic may type, and for the key.</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tray</source>
        <extracomment>app/window/desktop/desktop_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DeviceList</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No microphone found</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System default</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the sound comes from</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (default)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (not plugged in)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (what this computer plays)</source>
        <extracomment>app/window/shell/device_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DictationControl</name>
    <message numerus="yes">
        <source>Another window has the focus: %n (word was|words were) not typed. Click here to copy (it|them).</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Copied: paste it where it belongs.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening could not begin.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening…</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing can be typed: {0}.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last words are still being recognised. Try again.</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last words…</source>
        <extracomment>app/window/desktop/dictation_control.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>A sample rate of {rate:g} Hz is not possible; expected {lowest} to {highest} Hz.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program has the key {key}. Choose another one in the settings of dictation.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictation needs {package}, which does not load here ({reason}): pip install {package}.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echoic did not start. `echoic window` on a terminal says why.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echoic is not running. Start it with `echoic`, or `echoic window --hidden` for the tray alone.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echoic runs but does not answer. Try again, or close its window and start it anew.</source>
        <extracomment>app/control/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expected a model folder with {files}; {path} is not a folder.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File exists</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File name too long</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incomplete: the file was recognised up to {time} only.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input/output error</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invalid data found when processing input</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is a directory</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {line} of the vocabulary {path} is no text in UTF-8; save the file as UTF-8.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New words cannot be kept ({reason}): export them to another disk.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No input device found: plug one in.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model file at {path}. Choose another with --model, or restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound came through the pipe; check the program that writes into it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No speech was recognised in the sound, so no text can be aligned with it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No such device</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not a directory</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is known here that could type into other programs. `echoic dictate --once --print` prints the words.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Permission denied</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Record {number} of the journal was left out: {reason}.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound is no longer being kept ({reason}); the text goes on.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The X server cannot be reached ({reason}), so nothing can be typed into other programs.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The alternatives of some words cannot be read.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The beginning of the journal is missing.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change cannot be kept: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change was not made, since this session was changed in another window meanwhile. It is shown as it is now: make the change again.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clock of this computer is {days} days ahead of the last use of Echoic. If it is right, old sessions and the trash are cleared at a start from tomorrow on; nothing was deleted now.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The desktop&apos;s portal refused to {what} ({reason}).</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {name!r} fits several inputs; choose one of: {names}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {name!r} is no input; choose one of: {names}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The encoding {encoding!r} is unknown; expected one of {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder of this session was deleted: it is only in memory now.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder of this session was moved: it is no longer in the list of sessions.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The journal cannot be read: {reason}.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The journal is longer than any that Echoic writes: its end was not read.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key {key!r} is not known here. Choose another one in the settings of dictation.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyboard has no key that could type {character!r}.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon or language model in {folder} cannot be read: {reason}</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of sessions cannot be read: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone cannot be opened: {reason}.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone stopped sending sound ({seconds:g} s without any). Plug it in again or choose another.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model was made for another version of Echoic (settings that differ: {fields}).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The output folder {folder} cannot be written to: {reason}.</source>
        <extracomment>app/export/output_files.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pipe delivered an invalid sample ({found}) at {seconds:.2f} s. Check --encoding and what writes into the pipe.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pipe ended inside a sample ({rest} of {size} bytes); everything before it was read. Check --encoding and what writes into the pipe.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session cannot be moved: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings of the model are impossible: {fields}. Choose another model.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound cannot be read: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound in {name} has a codec that this FFmpeg cannot decode.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound system does not answer. Try again in a moment.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system lets Echoic see no keys. Allow it under Privacy &amp; Security, in Accessibility and in Input Monitoring, and set the key again.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system refused the microphone ({reason}). Check the privacy settings; another program may be using it.</source>
        <extracomment>app/audio_io/portaudio.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text does not belong to the sound: of its {words} words and the {recognised} that were recognised, {share:.0f} % agree. Give the text of this recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash cannot be emptied: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The vocabulary {path} cannot be read: {reason}. Expected a text file with one word or phrase a line.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The vocabulary {path} cannot be written: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The vocabulary {path} is larger than {limit:,} bytes; expected a text file with one word or phrase a line.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The {name} of this session cannot be read.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no D-Bus session to reach the desktop&apos;s portal through ({reason}).</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no session {id!r} in {folder}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This X server takes no typed keys from programs (its extension XTEST is missing). `echoic dictate --once --print` prints the words.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop has no global keys for programs (its portal lacks GlobalShortcuts). Bind the command `echoic dictate` to a key in the keyboard settings of the desktop instead.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop lets no program type into others (its portal lacks RemoteDesktop). Where it has wtype or ydotool, bind `echoic dictate --once --print | wtype -` to a key.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This session is only in memory: its folder cannot be written ({reason}).</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This session is still being recorded: stop it before deleting it.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This session was written by another version of Echoic (its journal has version {version}, expected {expected}). Open it with that version.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many open files</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You, or the desktop, did not allow Echoic to {what}. Dictate again to be asked again.</source>
        <extracomment>app/dictation/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a number in it is none, or out of range</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a text in it is none</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>have a global key</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it breaks a line at a word that is not there</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it changes an utterance twice</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it changes other words than those that are there</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it changes words that are not there</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it does not answer</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is longer than {bytes} bytes</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is no ordinary file</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a file</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not an object</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is of an unknown kind, or of a later version</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it joins other lines than those that are there</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it takes back a change that is not there</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it takes back another change than the last</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it takes neither one channel nor its own number of them</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its file was deleted</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its words are none</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one of its words is none</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the disk is full</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type into other programs</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} further records cannot be read.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} cannot be read: {reason}.</source>
        <extracomment>app/sessions/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} cannot be written ({reason}): new sessions are only in memory.</source>
        <extracomment>app/window/shell/kept_sentences.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be opened: it is cut short or damaged ({reason}). Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be opened: this is not sound or video ({reason}). Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} ends after {seconds:.1f} s without the mark of its end: it is probably cut short.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has a sound stream, but no sound in it could be decoded.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has channels of opposite phase, which would cancel each other; one was inverted.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has holes of {seconds:.1f} s in its time that are too long to fill with silence; the times after them are too early.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has no channel {channel}; its channels are 1 to {count}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has no sound track {track}; its tracks are 1 to {count}. `echoic info` lists them.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has steady noise in channel {channels}, which was turned down.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has {found:,} entries; expected {limit}. Leave out words that are not needed.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds an invalid sample ({found}) at {seconds:.2f} s.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds bytes between its sound that are none, in {count} place(s): tags or zeros. No sound is missing.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds no sound (found: {kinds}).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds no words; give the text that is spoken in the recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is a list that names other files, and holds no sound itself; give those files.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is cut short: it should last {expected:.1f} s but ends after {seconds:.1f} s.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is damaged in {count} place(s); {seconds:.1f} s of it were read.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not plain text; save it as a text file (UTF-8) and give that.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: expected a weight of {lowest:g} to {highest:g} after &apos;:&apos;, found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: expected a word before &apos;=&apos;.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: expected at most {words} words of at most {letters} letters each, and sounds no longer than that.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: expected how it sounds after &apos;=&apos;, in letters a-z (win) or ARPAbet phones (W IH N); found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: expected the sounds of {expected} words for {written!r}, found {found} in {sound!r}. Join the parts of one word with hyphens; part the phones of two words with |.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: found a character that cannot be shown, {found}; remove it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: the model does not know {word!r} and has no file for pronunciations ({file}). Add how it sounds, in ARPAbet: {word} = ...</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: the model has no phone {phone!r}; expected one of {known}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, line {line}: {word!r} cannot be pronounced from its spelling. Add how it sounds, in letters: {word} = ...</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: too many entries that sound alike, or too long ones ({reason}); leave some out.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be opened: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} contradicts its own settings ({reason}). Restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} does not exist; give the path of a sound or video file.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} does not hold the weights that its settings need: {name} differs.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is a folder, a pipe or a device, not a model file. Choose another with --model.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is a folder; give the files in it.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged or not a model file ({reason}). Restore it from the program.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is larger than {largest} MB; expected the text of one recording.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not a model for this program: expected {expected!r}, found {found!r}.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} may not be read: permission denied.</source>
        <extracomment>asr/errors.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Export</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Export %n (session|sessions)</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Format of the files</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Markdown (MD)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plain text (TXT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subtitles (SRT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table with times (TSV)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text with times (TXT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Utterances with times (JSONL)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web subtitles (VTT)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word document (DOCX)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words with times (JSON)</source>
        <extracomment>app/export/registry.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} already exists. Do you want to replace it?</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message numerus="yes">
        <source>Copied %n (session|sessions) of today</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copied %n (word|words)</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n (file|files) to {0}</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Exported to {0}</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not exported to {0}: {1}.</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no words of today</source>
        <extracomment>app/window/transcript/export_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FileQueueView</name>
    <message numerus="yes">
        <source>%n failed</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Clear</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files: {0} of {1}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of all files</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show one line only</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the files</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take finished files off this list; their sessions stay</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} left</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>Cancel {0}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel; what was recognised so far is kept</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of {0}</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognise the file again, from its beginning</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>incomplete: cancelled at {0}; the text so far is kept</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:.0f} %</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} left</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} recognised</source>
        <extracomment>app/window/files/file_queue_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Close the find bar</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find in this transcript</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next hit</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous hit</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no hits</source>
        <extracomment>app/window/transcript/find_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstPage</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a file…</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private session (nothing is saved)</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound and video files can be dropped here.</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speak, and read along</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the sample</source>
        <extracomment>app/window/shell/first_page.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Input level</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loudness of the microphone. Speech should reach the middle of the bar.</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clipping</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too quiet</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{level:.0f} dB</source>
        <extracomment>app/window/shell/level_meter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineBreaks</name>
    <message>
        <source>A line is split between two of its words: put the caret there.</source>
        <extracomment>app/window/transcript/line_breaks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Join with the next line</source>
        <extracomment>app/window/transcript/line_breaks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines can be split and joined once the session is finished, in the view Text.</source>
        <extracomment>app/window/transcript/line_breaks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split line before this word</source>
        <extracomment>app/window/transcript/line_breaks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no line to join here.</source>
        <extracomment>app/window/transcript/line_breaks.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineEditor</name>
    <message>
        <source>Editing this line; Enter ends it</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines are edited one at a time: put the caret into one.</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not here. Press Enter to edit this line, or select a word and type.</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not here. Press Enter to edit this line.</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not here: words of several lines are selected. Select within one line.</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The line is empty now. Undo brings its words back.</source>
        <extracomment>app/window/transcript/line_editor.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>&amp;Close</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Forget between chunks</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>({0} of {1} words right): {2}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forgetting</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From the &amp;beginning</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hidden state</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it listens</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer of the network</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer {0} of {1}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the sample…</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now the hidden state is set back to nothing at the edge of every chunk (the cuts). The weights are the same, the sound is the same; but every {0} s the network wakes up in the middle of a word and does not know what came before. Watch the slow units, and compare the words.</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phones</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sets the hidden state back to nothing at the edge of every chunk</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound arrives in chunks of {0} s, and the network hears one chunk at a time. All it knows of the chunks before is its hidden state: {1} numbers in each of {2} layers, carried from chunk to chunk (faint lines). At every step the update gate decides, number by number, how much of the old gives way to the new.</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound, hidden state, update gate and phones over time, moving to the left</source>
        <extracomment>app/window/help/inspector_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network at work</source>
        <extracomment>app/window/help/inspector_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample cannot be shown: {0}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update gate</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is said (struck out below: what was misheard): {0}</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words with memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words without memory</source>
        <extracomment>app/window/help/inspector_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark keeps the old, bright takes the new</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>each line a unit: blue below 0, orange above; slow units below</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>low tones below, high tones above</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sounds of English, as likely as they are bright</source>
        <extracomment>app/window/help/inspector_strips.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LiveDisplay</name>
    <message>
        <source>not kept</source>
        <extracomment>app/window/live/live_display.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Press Esc again to stop recording</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private files are not finished, and nothing of them is kept. Quit all the same?</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <extracomment>app/window/main_window.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelLoader</name>
    <message>
        <source>Choose the folder of a model</source>
        <extracomment>app/window/live/model_loader.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OpenedFiles</name>
    <message>
        <source>All files</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Going on with %n (file|files) of the last time</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Open sound or video</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound and video</source>
        <extracomment>app/window/sessions/opened_files.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Overlay</name>
    <message>
        <source>Echoic dictation</source>
        <extracomment>app/window/desktop/overlay.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>How fast it is played; voices keep their pitch</source>
        <extracomment>app/window/transcript/player_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place in the sound</source>
        <extracomment>app/window/transcript/player_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <extracomment>app/window/transcript/player_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PrivateSessions</name>
    <message>
        <source>Kept: the words are saved; the sound of a private session is never recorded</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of the next sessions is saved</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next sessions are saved again</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no finished private session on screen.</source>
        <extracomment>app/window/sessions/private_sessions.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source> and </source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n (session was|sessions were) older than the settings keep them, and deleted.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n private (session is|sessions are) not saved.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Add to vocabulary</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose model…</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the window again to let go.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Deleted %n (session|sessions).</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted “{0}”.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Discarded %n (session|sessions).</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Export the text before you close the window.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last session ended unexpectedly; {0} of sound and text restored.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let it go</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening stopped because of an unexpected error. The text so far is kept.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No microphone found. Plug one in (the list refreshes) or open a file.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program of this desktop shows folders. The session is in {0}</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound at all from {0}. Is it muted?</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No words were recognised in this private session.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No words were recognised, so this session was put into Recently deleted.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No words were recognised. The sound of this session is kept.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open file…</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Playing needs PortAudio (on Debian: apt install libportaudio2).</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace in all sessions ({0})</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace in this session ({0})</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Replaced at %n (place|places).</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Stop and catch up</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The loudspeaker cannot be opened: {0}.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system refused the microphone. Check the privacy settings; another program may be using it.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {0}</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vocabulary…</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words come late. Nothing is lost yet: the sound waits its turn. Closing other programs helps.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words come too late, and sound is being lost. Closing other programs helps.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>at %n (place|places)</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>at %n other (place|places) of this session</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>the microphone</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} %n (session was|sessions were) changed.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n other (session|sessions)</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} stopped sending sound. Plug it in again, or choose another microphone above.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” instead of “{1}”: it stands also {2}.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” is a word that Echoic does not know yet.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” is not connected.</source>
        <extracomment>app/window/shell/messages.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>Doubtful word {0} of {1}</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark word as correct</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No doubtful words here</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play from here</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That was the last doubtful word</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The round is over. Doubtful word {0} of {1}</source>
        <extracomment>app/window/transcript/review.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SessionList</name>
    <message numerus="yes">
        <source>%n (word|words)</source>
        <extracomment>app/window/sessions/session_list.py, app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Delete %n (session|sessions)</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n (session|sessions)…</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No session contains these words.</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Recently deleted (%n)</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Rename</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search all sessions</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sessions</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sessions that were deleted and can be restored</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you record and the files you open are listed here.</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running now</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>● another program records it</source>
        <extracomment>app/window/sessions/session_list.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SessionNotes</name>
    <message>
        <source>… and {0} more</source>
        <extracomment>app/window/transcript/session_notes.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message numerus="yes">
        <source> (day|days)</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source> pt</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Act on spoken commands: comma, new line, scratch that</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Background</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-in model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Capitals, punctuation, numbers in digits</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fade after a silence</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep sessions</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language of the window</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New line after</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the sound before Start nothing is kept.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this desktop (Wayland) the system decides whether captions stay on top.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise words as they are spoken: i guess she was ninety two</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Privacy</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show its level before Start</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage folder</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes effect at the next start of Echoic</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a long pause: lines of whole thoughts</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a normal pause</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a short pause: a new line at every breath</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bottom of the screen</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comma, full stop or period, question mark, exclamation mark, colon, new line, new paragraph. “Scratch that” removes the words since the last mark.</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>top of the screen</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until I delete them</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>where I put them</source>
        <extracomment>app/window/settings/settings_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <extracomment>app/window/help/shortcuts.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or</source>
        <extracomment>app/window/help/shortcuts.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Spectrogram</name>
    <message>
        <source>What the model hears</source>
        <extracomment>app/window/live/spectrogram.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model hears: low to high tones of 10 seconds</source>
        <extracomment>app/window/live/spectrogram.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>Cancel</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finishing the last words…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model, then listening begins…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microphone lost, the transcript is safe</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the microphone…</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop now</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer is falling behind</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <extracomment>app/window/live/live_state.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Private session</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private session: nothing is saved</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognising {0}</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next session is private</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>sound lost %n (time|times)</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0:.0f} s behind</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:.1f}× slower than it plays</source>
        <extracomment>app/window/shell/status_bar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TimeGutter</name>
    <message>
        <source>Bookmark</source>
        <extracomment>app/window/transcript/time_gutter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused after this line</source>
        <extracomment>app/window/transcript/time_gutter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:.1f} s of sound missing here</source>
        <extracomment>app/window/transcript/time_gutter.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Microphone</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound recorded in this session; pauses do not count</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <extracomment>app/window/shell/toolbar.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TranscriptHeader</name>
    <message>
        <source>As subtitles will be cut</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each line with its beginning and end</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each line with the time it begins</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save this transcript as a file</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Segments</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subtitles</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>app/window/transcript/header.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TranscriptText</name>
    <message>
        <source>Not sure of this word ({0:.0f} %). F7 goes to the next one.</source>
        <extracomment>app/window/transcript/transcript_text.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Jump to live ({0} new)</source>
        <extracomment>app/window/transcript/transcript_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transcript</source>
        <extracomment>app/window/transcript/transcript_view.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrashDialog</name>
    <message numerus="yes">
        <source>Delete %n (session|sessions) for good? This cannot be undone.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Delete all for good</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all of these sessions for good? This cannot be undone.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete for good</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted sessions</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was deleted lately.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recently deleted</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Sessions stay here for %n (day|days), then a start of Echoic removes them.</source>
        <extracomment>app/window/sessions/trash_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n (word|words) recognised</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Copy what was not typed</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show the window</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start &amp;listening</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop &amp;listening</source>
        <extracomment>app/window/desktop/tray.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UserVocabulary</name>
    <message>
        <source>Add to vocabulary</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a word of the transcript to add it to your vocabulary.</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” is in your vocabulary.</source>
        <extracomment>app/window/vocabulary/user_vocabulary.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VocabularyDialog</name>
    <message>
        <source> or </source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n (word or phrase|words and phrases)</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>A word to try</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nguyen = win</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One word or phrase a line, written as you want to see it. Names that Echoic does not know are recognised from the next line of the transcript on, and all words here are preferred to others that sound like them.</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows how Echoic expects a word to sound, without adding it</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a word:</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you try</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your vocabulary</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your words and phrases, one a line</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>known to Echoic</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new</source>
        <extracomment>app/window/vocabulary/vocabulary_dialog.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
