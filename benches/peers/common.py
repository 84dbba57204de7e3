"""The corpus, the phrases, and how answers are handed over."""

import json
import os
import sys
import time

import pyarrow.parquet as pq


def documents():
    data = os.environ["DEMARCHE_DATA"]
    texts = pq.read_table(os.path.join(data, "kcna-2012.parquet"), columns=["text"])["text"].to_pylist()
    titles = pq.read_table(os.path.join(data, "kcna-headlines.parquet"), columns=["title"])["title"].to_pylist()
    return [text for text in titles + texts if text is not None]


def phrases():
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


def best_of(runs, job):
    """The shortest processor time and the last answer."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        answer = job()
        best = min(best, time.process_time() - start)
    return best, answer


def write_matrix(matrix, path):
    matrix.sort_indices()
    matrix.indptr.astype("<i8").tofile(path + ".starts")
    matrix.indices.astype("<i4").tofile(path + ".terms")
    matrix.data.astype("<i4").tofile(path + ".counts")


def report(name, seconds, **found):
    print(json.dumps({"name": name, "seconds": seconds, **found}))
