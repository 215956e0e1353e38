"""All tests; a package, so that each can be run by its file name beside any other."""
