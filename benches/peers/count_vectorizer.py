"""Tokenise and count every word: the document-feature matrix."""

import sys

import sklearn
from sklearn.feature_extraction.text import CountVectorizer

from common import best_of, documents, report, write_matrix

texts = documents()


def job():
    vectorizer = CountVectorizer()
    return vectorizer, vectorizer.fit_transform(texts)


seconds, (vectorizer, matrix) = best_of(3, job)
path = sys.argv[2]
write_matrix(matrix, path)
with open(path + ".words", "w", encoding="utf-8") as file:
    file.write("\n".join(vectorizer.get_feature_names_out()))
report(f"scikit-learn {sklearn.__version__} CountVectorizer", seconds, documents=matrix.shape[0], hits=int(matrix.sum()))
