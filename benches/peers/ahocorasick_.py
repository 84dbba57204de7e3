"""Count given phrases as strings, without word boundaries."""

import ahocorasick

from common import best_of, documents, phrases, report

texts, wanted = documents(), phrases()
automaton = ahocorasick.Automaton()
for number, phrase in enumerate(wanted):
    automaton.add_word(phrase, number)
automaton.make_automaton()


def job():
    counts = [0] * len(wanted)
    for text in texts:
        for _, number in automaton.iter(text.lower()):
            counts[number] += 1
    return counts


seconds, counts = best_of(3, job)
report("pyahocorasick, no word boundaries", seconds, documents=len(texts), hits=sum(counts))
