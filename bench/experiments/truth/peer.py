"""Exact inner-product search by faiss or by numpy, for bench/truth/exact-vs-faiss-numpy.ts.

Usage: peer.py faiss|numpy DOCUMENTS QUERIES DIMENSION K THREADS

DOCUMENTS and QUERIES are files of float32 rows, little-endian. Says one line of JSON when its
libraries are loaded and its self-test has passed, one when the rows are in memory, and one for each line
read: `prepare` makes the documents ready, `search` answers all queries. Times are taken in here.
"""

import json
import re
import sys
import time

import numpy as np

name, documents_path, queries_path = sys.argv[1:4]
dimension, k, threads = (int(value) for value in sys.argv[4:7])


def say(**facts):
    print(json.dumps(facts), flush=True)


def unit(rows):
    """Rows of unit length, float32, in memory of their own."""
    return rows / np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]


def libraries():
    """Which libraries multiply here, as the kernel has them mapped."""
    with open("/proc/self/maps") as maps:
        paths = set(re.findall(r"/\S*(?:openblas|blas|mkl|faiss|gomp|omp)\S*\.so\S*", maps.read()))
    return sorted({path.rsplit("/", 1)[1] for path in paths})


class Faiss:
    def __init__(self):
        import faiss

        faiss.omp_set_num_threads(threads)
        self.faiss = faiss
        self.version = f"faiss {faiss.__version__}"

    def prepare(self, documents, queries):
        rows = documents.copy()
        self.faiss.normalize_L2(rows)
        self.index = self.faiss.IndexFlatIP(dimension)
        self.index.add(rows)

    def search(self, queries):
        rows = queries.copy()
        self.faiss.normalize_L2(rows)
        return self.index.search(rows, k)[1]

    def note(self):
        return "IndexFlatIP"


class Numpy:
    """Matrix products of blocks of rows, with the block size that a trial found to be the fastest."""

    def __init__(self):
        self.version = f"numpy {np.__version__}"
        self.block = None

    def prepare(self, documents, queries):
        self.rows = unit(documents)
        if self.block is None:
            self.block = min((1024, 4096, 16384, len(documents)), key=lambda b: self.trial(b, queries))

    def trial(self, block, queries):
        best = float("inf")
        for _ in range(2):
            start = time.perf_counter()
            self.block = block
            self.search(queries)
            best = min(best, time.perf_counter() - start)
        return best

    def search(self, queries):
        unit_queries = unit(queries)
        scores, ids = [], []
        for first in range(0, len(self.rows), self.block):
            products = unit_queries @ self.rows[first : first + self.block].T
            count = min(k, products.shape[1])
            best = np.argpartition(products, -count, axis=1)[:, -count:]
            scores.append(np.take_along_axis(products, best, axis=1))
            ids.append(best + first)
        scores, ids = np.concatenate(scores, axis=1), np.concatenate(ids, axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(ids, order, axis=1)

    def note(self):
        return f"blocks of {self.block} rows"


peer = {"faiss": Faiss, "numpy": Numpy}[name]()
# Loads what the libraries load at their first product, as the other side's self-test does.
np.ones((8, 8), np.float32) @ np.ones((8, 8), np.float32)
say(version=peer.version, libraries=libraries())
documents = np.fromfile(documents_path, np.float32).reshape(-1, dimension)
queries = np.fromfile(queries_path, np.float32).reshape(-1, dimension)
say(rows=len(documents))
tuned = False
for line in sys.stdin:
    if line.strip() == "prepare":
        if not tuned:
            # Whatever is tried out is not timed.
            peer.prepare(documents, queries)
            tuned = True
        start = time.perf_counter()
        peer.prepare(documents, queries)
        say(ms=(time.perf_counter() - start) * 1000, note=peer.note())
    else:
        start = time.perf_counter()
        found = peer.search(queries)
        say(ms=(time.perf_counter() - start) * 1000, ids=found.tolist())
