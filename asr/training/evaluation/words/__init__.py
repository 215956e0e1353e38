"""Recognised words beside those of the transcript: which stands for which, and whether the right one was offered."""
