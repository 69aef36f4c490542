"""What is wrong with an offer: its source does not bear it out, or it is none."""

from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.facts.offer import CONFIDENCE, KINDS, Offer
from forgecrew.memory.facts.spoken import borne_out, spoken, stands_alone, stands_in


def fault_of(offer: Offer, text: str) -> str:
    """What is wrong with an offer; empty when nothing is."""
    said = spoken(text)
    if offer.kind not in KINDS or not offer.statement.strip() or is_recalled(offer.statement):
        return "no fact"
    if offer.sure not in CONFIDENCE:
        return "guessed"
    if not stands_in(offer.quote, said):
        return "quote not in its source"
    if not stands_alone(offer.statement):
        return "does not stand alone"
    return "" if borne_out(offer.statement, said) else "not borne out"
