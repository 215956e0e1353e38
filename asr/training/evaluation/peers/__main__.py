"""The command `python -m asr.training.evaluation.peers`."""

from asr.training.evaluation.peers.measure import main, make_parser

__all__ = ["main", "make_parser"]

if __name__ == "__main__":
    main()
