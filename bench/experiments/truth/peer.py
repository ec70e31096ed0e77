"""Exact search by faiss, numpy or torch, for exact-vs-faiss-numpy.ts.

Usage: peer.py faiss|numpy|torch cosine|dot|euclidean DOCUMENTS QUERIES DIMENSION K THREADS

DOCUMENTS and QUERIES are files of float32 rows, little-endian. Says one line of JSON when its
libraries are loaded and its self-test has passed, one when the rows are in memory, and one for each line
read: `prepare` makes the documents ready, `search` answers all queries. Times are taken in here.
"""

import json
import re
import sys
import time

import numpy as np

name, metric, documents_path, queries_path = sys.argv[1:5]
dimension, k, threads = (int(value) for value in sys.argv[5:8])


def say(**facts):
    print(json.dumps(facts), flush=True)


def unit(rows):
    """Rows of unit length, float32, in memory of their own."""
    return rows / np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]


def ready(rows):
    """Rows as they are multiplied, in memory of their own: of unit length where nearness is the cosine."""
    return unit(rows) if metric == "cosine" else rows.copy()


def libraries():
    """Which libraries multiply here, as the kernel has them mapped."""
    with open("/proc/self/maps") as maps:
        paths = set(re.findall(r"/\S*(?:openblas|blas|mkl|dnnl|faiss|torch_cpu|gomp|omp)\S*\.so\S*", maps.read()))
    return sorted({path.rsplit("/", 1)[1] for path in paths})


class Faiss:
    def __init__(self):
        import faiss

        faiss.omp_set_num_threads(threads)
        self.faiss = faiss
        self.version = f"faiss {faiss.__version__}"

    def ready(self, rows):
        own = rows.copy()
        if metric == "cosine":
            self.faiss.normalize_L2(own)
        return own

    def prepare(self, documents, queries):
        kind = self.faiss.IndexFlatL2 if metric == "euclidean" else self.faiss.IndexFlatIP
        self.index = kind(dimension)
        self.index.add(self.ready(documents))

    def search(self, queries):
        return self.index.search(self.ready(queries), k)[1]

    def note(self):
        return type(self.index).__name__


class Blocks:
    """Matrix products of blocks of rows, with the block size that a trial found to be the fastest."""

    block = None

    def prepare(self, documents, queries):
        self.load(documents)
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
        own = ready(queries)
        scores, ids = [], []
        for first in range(0, len(self.rows), self.block):
            best, values = self.best(own, first, min(first + self.block, len(self.rows)))
            scores.append(values)
            ids.append(best + first)
        scores, ids = np.concatenate(scores, axis=1), np.concatenate(ids, axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(ids, order, axis=1)

    def note(self):
        return f"blocks of {self.block} rows"


class Numpy(Blocks):
    def __init__(self):
        self.version = f"numpy {np.__version__}"

    def load(self, documents):
        self.rows = ready(documents)
        self.halves = np.einsum("ij,ij->i", self.rows, self.rows) / 2

    def best(self, queries, first, end):
        products = queries @ self.rows[first:end].T
        if metric == "euclidean":
            products -= self.halves[first:end]
        count = min(k, products.shape[1])
        best = np.argpartition(products, -count, axis=1)[:, -count:]
        return best, np.take_along_axis(products, best, axis=1)


class Torch(Blocks):
    def __init__(self):
        import torch

        torch.set_num_threads(threads)
        self.torch = torch
        self.version = f"torch {torch.__version__}"

    def load(self, documents):
        self.rows = self.torch.from_numpy(ready(documents))
        self.halves = (self.rows * self.rows).sum(dim=1) / 2

    def best(self, queries, first, end):
        products = self.torch.from_numpy(queries) @ self.rows[first:end].T
        if metric == "euclidean":
            products -= self.halves[first:end]
        values, best = self.torch.topk(products, min(k, end - first), dim=1, sorted=False)
        return best.numpy(), values.numpy()


peer = {"faiss": Faiss, "numpy": Numpy, "torch": Torch}[name]()
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
