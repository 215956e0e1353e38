"""The probability that a recognised word is right."""

import math

# The log odds that a word is right: a constant, and weights of the log odds of its phones' mean posterior, of the log
# odds of the share of the beam that agrees on it, and of ln letters. Logistic regression (Platt 1999) on development
# speech, by asr.training.evaluation.confidence.
CONFIDENCE_WEIGHTS = (2.64, 0.41, 0.341, -0.664)
LEAST_PROBABILITY = 1e-3  # of phones and shares, before their log odds are taken


def log_odds(probability: float) -> float:
    """Return ln p / (1 - p), of a probability kept off 0 and 1."""
    probability = min(max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    return math.log(probability / (1 - probability))


def confidence_features(posterior: float, share: float, letters: int) -> tuple[float, float, float, float]:
    """Return what CONFIDENCE_WEIGHTS weigh.

    Args:
        posterior: Geometric mean of the posteriors of the word's phones, 0..1.
        share: Of the beam's probability that agrees on the word, 0..1; 0 where not known yet: as little as can be.
        letters: Of the word.
    """
    return 1.0, log_odds(posterior), log_odds(share), math.log(max(letters, 1))


def confidence(posterior: float, share: float, letters: int) -> float:
    """Return the probability that a word is right, 0..1; the arguments are those of `confidence_features`."""
    features = confidence_features(posterior, share, letters)
    odds = math.exp(sum(w * f for w, f in zip(CONFIDENCE_WEIGHTS, features, strict=True)))
    return odds / (1 + odds)
