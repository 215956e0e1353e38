"""The English phones that training uses as labels; a trained model has its labels in its file."""

BLANK = 0  # label id of the CTC blank, "no new phone", in every model

# The 39 phones of CMUdict, without stress.
PHONES = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY"),
    *("F", "G", "HH", "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P"),
    *("R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"),
)
LABELS = ("<b>", *PHONES)  # label id -> name; LABELS[BLANK] is the blank
LABEL_IDS = {name: label for label, name in enumerate(LABELS)}
