"""Count given phrases over spaCy's tokens."""

import spacy
from spacy.matcher import PhraseMatcher

from common import best_of, documents, phrases, report

texts, wanted = documents(), phrases()
nlp = spacy.blank("en")
matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
for number, phrase in enumerate(wanted):
    matcher.add(str(number), [nlp.make_doc(phrase)])
seconds, hits = best_of(1, lambda: sum(len(matcher(nlp.make_doc(text))) for text in texts))
report(f"spaCy {spacy.__version__} PhraseMatcher", seconds, documents=len(texts), hits=hits)
