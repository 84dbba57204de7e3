"""Count given phrases of one to three words."""

import sys

import sklearn
from sklearn.feature_extraction.text import CountVectorizer

from common import best_of, documents, phrases, report, write_matrix

texts, wanted = documents(), phrases()
vectorizer = CountVectorizer(vocabulary=wanted, ngram_range=(1, 3))
seconds, matrix = best_of(1, lambda: vectorizer.transform(texts))
write_matrix(matrix, sys.argv[2])
report(f"scikit-learn {sklearn.__version__} with vocabulary", seconds, documents=matrix.shape[0], hits=int(matrix.sum()))
