"""`echoic transcribe --cluster`: an archive on many machines, through Ray.

The only package beside `app.server` that reaches a network: the cluster that its user names, and the storage of the
paths that its user gives. Nothing else imports it.
"""
