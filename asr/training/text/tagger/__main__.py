"""The command `python -m asr.training.text.tagger`."""

from asr.training.text.tagger.train import main, make_parser

__all__ = ["main", "make_parser"]

if __name__ == "__main__":
    main()
