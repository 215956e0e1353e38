"""The phones of English that training begins with; a trained model carries its own labels in its file."""

BLANK = 0  # the CTC blank: the label of "no new phone", first in every model

# The 39 phones of CMUdict, stress left out.
PHONES = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY"),
    *("F", "G", "HH", "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P"),
    *("R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"),
)
LABELS = ("<b>", *PHONES)  # label id -> name; LABELS[BLANK] is the blank
LABEL_IDS = {name: label for label, name in enumerate(LABELS)}
