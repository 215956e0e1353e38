"""What `echoic` returns to the program that called it; signals are in `app.cli.process.interrupt`."""

OK = 0
INTERNAL = 1  # a defect of Echoic
BAD_INPUT = 2  # something that a person can mend
INTERRUPTED = 130  # by Ctrl+C
CLOSED = 141  # the program that read the output went away
