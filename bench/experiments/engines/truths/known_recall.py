"""Recall of stored answers, computed with numpy alone: nothing of this suite is used.

usage: known_recall.py FOLDER K < ANSWERS
FOLDER is a corpus folder with `documents.f32` and `queries.f32`, float32 rows in the order of its files; ANSWERS is
JSON, by name and query the ids of each answer. Prints JSON: by name the mean over needs of recall@K.
"""
import json
import os
import sys

# Older builds of OpenBLAS are told another processor than this one: the choice is theirs here.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
import numpy as np

TIE = 1e-6


def records(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def holds(condition, value):
    if value is None or isinstance(value, list):
        return False
    if not isinstance(condition, dict):
        return type(value) is type(condition) and value == condition
    if "in" in condition:
        return any(holds(one, value) for one in condition["in"])
    bounds = [(condition[name], sign) for name, sign in (("gte", 1), ("lte", -1)) if name in condition]
    alike = all(isinstance(bound, str) == isinstance(value, str) for bound, _ in bounds)
    return alike and all((value >= bound) if sign > 0 else (value <= bound) for bound, sign in bounds)


def unit(rows):
    return rows / np.sqrt((rows * rows).sum(axis=1))[:, None]


def main(folder, k):
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    documents = records(os.path.join(folder, manifest["collections"][0]["file"]))
    queries = records(os.path.join(folder, manifest["queries"]["file"]))
    vectors = [
        unit(np.fromfile(os.path.join(folder, name), "<f4").reshape(len(all_), -1).astype(np.float64))
        for name, all_ in (("documents.f32", documents), ("queries.f32", queries))
    ]
    scores = vectors[1] @ vectors[0].T
    row_of = {document["id"]: row for row, document in enumerate(documents)}
    answers = json.load(sys.stdin)
    needs = {name: {} for name in answers}
    for at, query in enumerate(queries):
        conditions = query.get("filter", {})
        allowed = np.array(
            [all(holds(condition, document["metadata"].get(field)) for field, condition in conditions.items()) for document in documents]
        ) if conditions else np.ones(len(documents), bool)
        best = np.sort(scores[at][allowed])[::-1]
        n = min(k, len(best))
        if n == 0:
            continue
        edge = best[n - 1]
        nearer = int((best > edge + TIE).sum())
        for name, by_query in answers.items():
            if query["id"] not in by_query:
                continue
            recalls = []
            for keys in by_query[query["id"]]:
                own = [scores[at][row] for row in {row_of[key] for key in keys[:k]} if allowed[row]]
                hits = sum(score > edge + TIE for score in own)
                tied = sum(abs(score - edge) <= TIE for score in own)
                recalls.append((hits + min(tied, n - nearer)) / n)
            recall = sum(recalls) / len(recalls)
            needs[name].setdefault(query.get("need", query["id"]), []).append(recall)
    means = {
        name: sum(sum(all_) / len(all_) for all_ in by_need.values()) / len(by_need)
        for name, by_need in needs.items()
    }
    print(json.dumps(means))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
