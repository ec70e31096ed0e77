"""Writes ties.json: metrics that look at ties, each by enumeration of what its definition says, in rational
arithmetic. It shares no code and no formula with the suite: the strict recall is the best overlap with any set that
is a top k, and the expected metrics are means over every exchange of tied documents.

    python3 test/vectors/make-ties.py > test/vectors/ties.json
"""
import json
import math
import random
from fractions import Fraction
from itertools import combinations, permutations, product

rng = random.Random(20261127)
EPS = Fraction(1, 2**20)


def unique(keys):
    return list(dict.fromkeys(keys))


def strict_recall(truth_scores, got, exact, k, eps):
    n = min(k, len(truth_scores))
    rows = unique(got[:k])
    if n == 0:
        return {"recall": None, "hits": 0, "denom": 0, "nearer": 0}
    cut = truth_scores[n - 1]
    nearer = [key for key, score in exact.items() if score > cut + eps]
    tied = [key for key, score in exact.items() if abs(score - cut) <= eps]
    room = n - sum(1 for score in truth_scores[:n] if score > cut + eps)
    best = max(
        sum(1 for key in rows if key in nearer or key in chosen)
        for size in range(min(room, len(tied)) + 1)
        for chosen in combinations(tied, size)
    )
    return {"recall": best / n, "hits": best, "denom": n, "nearer": n - room}


def recall_cases():
    cases = []
    hand = [
        ("one of three tied fills the last place", [15, 14, 12, 12, 12, 8], "abe", 3),
        ("a tied document does not replace a nearer one", [15, 14, 12, 12, 12, 8], "acd", 3),
        ("tied ones beyond the room count once", [15, 12, 12, 12, 8], "bcd", 2),
        ("a repeated row is a wasted slot", [15, 14, 12], "aab", 3),
        ("everything is tied", [8, 8, 8, 8], "dcb", 2),
        ("fewer documents than k", [15, 14], "ab", 5),
        ("no document", [], "ab", 5),
        ("an unknown row earns nothing", [15, 14, 12], "azb", 3),
    ]
    for note, scores, got, k in hand:
        cases.append((note, [Fraction(s, 16) for s in scores], list(got), k))
    for _ in range(60):
        scores = sorted((Fraction(rng.randint(6, 12), 16) for _ in range(rng.randint(1, 9))), reverse=True)
        # Half of the cases move some scores by less, or by more, than the tolerance.
        if rng.random() < 0.5:
            scores = sorted((s + rng.choice([0, 0, EPS / 2, EPS * 2]) for s in scores), reverse=True)
        got = [rng.choice("abcdefghiz") for _ in range(rng.randint(0, 8))]
        cases.append(("random", scores, got, rng.randint(1, 8)))
    out = []
    for at, (note, scores, got, k) in enumerate(cases):
        exact = {chr(97 + i): score for i, score in enumerate(scores)}
        out.append({
            "id": f"recall_at_k_tie_aware_strict/{at + 1:04d}",
            "input": {
                "truth_scores": [float(s) for s in scores],
                "got": got,
                "exact_scores": {key: float(s) for key, s in exact.items()},
                "k": k,
                "eps": float(EPS),
            },
            "expected": strict_recall(scores, got, exact, k, EPS),
            **({} if note == "random" else {"note": note}),
        })
    return out


def exchanges(groups):
    for orders in product(*(list(permutations(group)) for group in groups)):
        yield {key: other for group, order in zip(groups, orders) for key, other in zip(group, order)}


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def ndcg(run, grades, k, exponential):
    gain = lambda grade: (2**grade - 1 if exponential else grade) if grade > 0 else 0
    seen, gains = set(), []
    for key in run[:k]:
        gains.append(0 if key in seen else gain(grades.get(key, 0)))
        seen.add(key)
    ideal = sorted((gain(g) for g in grades.values()), reverse=True)[:k]
    dcg = lambda all: math.fsum(g / math.log2(i + 2) for i, g in enumerate(all))
    return dcg(gains) / dcg(ideal) if dcg(ideal) > 0 else None


def reciprocal_rank(run, relevant, k):
    return next((1 / (i + 1) for i, key in enumerate(run[:k]) if key in relevant), 0)


def list_cases():
    for at in range(60):
        keys = list("abcdefg")
        rng.shuffle(keys)
        groups = []
        while keys:
            size = rng.choice([1, 1, 2, 2, 3, 4])
            groups.append(keys[:size])
            keys = keys[size:]
        run = [rng.choice("abcdefgxy") for _ in range(rng.randint(0, 7))] if at % 4 == 0 else rng.sample("abcdefgxy", rng.randint(1, 7))
        yield at, run, groups, rng.randint(1, 7)


def ndcg_cases():
    out = []
    for at, run, groups, k in list_cases():
        grades = {key: rng.choice([-1, 0, 1, 2, 3]) for key in "abcdefg"}
        answers = [[swap.get(key, key) for key in run] for swap in exchanges(groups)]
        value = lambda exponential: (
            None if ndcg(run, grades, k, exponential) is None
            else mean(ndcg(answer, grades, k, exponential) for answer in answers)
        )
        out.append({
            "id": f"expected_ndcg_at_k/{at + 1:04d}",
            "input": {"run": run, "grades": grades, "groups": groups, "k": k},
            "expected": {"ndcg": value(False), "ndcg_exp": value(True)},
        })
    return out


def mrr_cases():
    out = []
    for at, run, groups, k in list_cases():
        relevant = rng.sample("abcdefg", rng.randint(0, 4))
        answers = [[swap.get(key, key) for key in run] for swap in exchanges(groups)]
        rr = mean(reciprocal_rank(answer, relevant, k) for answer in answers) if relevant else None
        out.append({
            "id": f"expected_mrr_at_k/{at + 1:04d}",
            "input": {"run": run, "relevant": relevant, "groups": groups, "k": k},
            "expected": {"rr": rr},
        })
    return out


def suite(metric, summary, formula, oracle, conventions, cases, exact_fields=()):
    return {
        "metric": metric, "summary": summary, "formula": formula, "oracle": oracle, "conventions": conventions,
        "abs_tol": 1e-12, "rel_tol": 1e-12, "exact_fields": list(exact_fields), "cases": cases,
    }


EXCHANGE = "every permutation within every group, applied to the whole answer; a group may reach beyond the cut"
print(json.dumps({
    "schema": "metric_vectors/v1",
    "meta": {"null_means": "undefined", "made_by": "test/vectors/make-ties.py"},
    "suites": [
        suite(
            "recall_at_k_tie_aware_strict",
            "recall@k that accepts any choice within the tie at the cut and no tied document in place of a nearer one",
            "n=min(k,|T|), t=s_(n), M={s>t+eps}, B={|s-t|<=eps}, R=uniq(G[0..k)): (|R∩M|+min(|R∩B|,n-|M|))/n",
            "best overlap with any admissible top n, by enumeration in rational arithmetic",
            ["truth_scores fall; exact_scores are those of the documents; eps is absolute", "n = 0 -> null"],
            recall_cases(), ["hits", "denom", "nearer"],
        ),
        suite(
            "expected_ndcg_at_k",
            "nDCG@k expected over the order of exact ties (McSherry & Najork, ECIR 2008)",
            "E[DCG]=Σ_{i<=k} mean gain of the tie of the document in slot i / log2(i+1); over IDCG",
            "mean of the strict metric over " + EXCHANGE,
            ["a repeated document gains nothing and uses a slot", "no positive grade -> null"], ndcg_cases(),
        ),
        suite(
            "expected_mrr_at_k",
            "reciprocal rank at k expected over the order of exact ties (McSherry & Najork, ECIR 2008)",
            "Σ_{i<=k} (1/i) p_i Π_{h<i}(1-p_h), p = ρ/(g-j) in a tie of g with ρ relevant, j slots used before",
            "mean of the strict metric over " + EXCHANGE,
            ["nothing relevant -> null"], mrr_cases(),
        ),
    ],
}, ensure_ascii=False, indent=1))
