"""Commands for developers that use the program as hard as years do: soak, kill, load, fuzz, noises. Never shipped."""
