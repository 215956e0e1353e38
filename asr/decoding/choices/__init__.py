"""How sure a word is, and which other words may be meant instead."""
