"""Recognisers behind one protocol, each in a module of its own, so that one command measures them side by side."""
