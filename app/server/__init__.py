"""`echoic serve`: the recogniser for other programs. The only package of Echoic that opens a port, when it is started.

The window and the other commands import nothing of it, and nothing of it connects to another computer.
"""
