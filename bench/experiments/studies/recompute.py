"""Computes the figures of a stored study again, with nothing but Python's own library.

usage: recompute.py STUDY.parquet [PAGE.md]
Prints a line a cell; with a page, ends with 1 where the page shows another figure.
Means and their differences, medians and 95th percentiles of times, and ratios of the medians of paired blocks.
"""
import json
import math
import sys
from decimal import ROUND_HALF_UP, Decimal

from read_parquet import read_parquet


def mean(values):
    return sum(values) / len(values) if values else None


def quantile(values, q):
    """The smallest value with at least a share q of all values at or below it."""
    return sorted(values)[max(1, math.ceil(len(values) * q - len(values) * 1e-14)) - 1] if values else None


def defined(values):
    return [value for value in values if value is not None]


def shown(value, digits, signed=False):
    if value is None:
        return "–"
    # Ties away from zero, as the page has them.
    text = str(abs(Decimal(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    sign = "" if float(text) == 0 else "−" if value < 0 else "+" if signed else ""
    return sign + text


def ratio(values, against, size):
    """Hodges and Lehmann's estimate of the ratio of the blocks' medians."""
    logs = []
    for start in range(0, len(values), size):
        one, other = (quantile(defined(all_[start:start + size]), 0.5) for all_ in (values, against))
        logs.append(math.log(one / other))
    walsh = sorted((x + y) / 2 for at, x in enumerate(logs) for y in logs[at:])
    middle = len(walsh) / 2
    return math.exp((walsh[math.ceil(middle) - 1] + walsh[math.floor(middle + 1) - 1]) / 2)


def figures(group, cell, against):
    """What the page shows of a cell: the column of its table, and the figure."""
    values = defined(cell["values"])
    if cell["unit"] in ("s", "MiB"):
        return {2: shown(values[0], 1), 3: f"{len(values):,}"}
    if cell["unit"] == "ms":
        size = group["queriesPerBlock"] or len(cell["values"])
        over = None if against is None else ratio(cell["values"], against["values"], size)
        return {2: shown(quantile(values, 0.5), 3), 4: shown(quantile(values, 0.95), 3), 6: f"{len(values):,}", 7: shown(over, 3)}
    apart = None
    if against is not None:
        pairs = zip(cell["values"], against["values"])
        apart = mean([x - y for x, y in pairs if x is not None and y is not None])
    return {2: shown(mean(values), 4), 4: f"{len(values):,}", 5: shown(apart, 4, signed=True)}


def main(data, page):
    metadata, columns = read_parquet(data)
    study = json.loads(metadata["study"])
    text = page and open(page, encoding="utf-8").read()
    wrong = at = 0
    for group in study["groups"]:
        for cell in group["cells"]:
            rows = range(at, at + cell["count"])
            at += cell["count"]
            names = {(columns["group"][i], columns["setting"][i], columns["measure"][i]) for i in rows}
            assert names == {(group["name"], cell["setting"], cell["measure"])}, names
            cell["values"] = [columns["value"][i] for i in rows]
        for cell in group["cells"]:
            same = (one for one in group["cells"] if one["measure"] == cell["measure"] and one["setting"] == group["against"])
            against = next(same, None)
            computed = figures(group, cell, None if against is cell else against)
            print(group["name"], cell["setting"], cell["measure"], *computed.values(), sep="\t")
            if text is None:
                continue
            part = text.split(f"## {group['name']}\n", 1)[-1].split("\n## ", 1)[0]
            lines = [[field.strip() for field in line.split("|")[1:-1]] for line in part.split("\n") if line.startswith("|")]
            found = [line for line in lines if line[0] == cell["setting"] and line[1] == cell["measure"]]
            if len(found) != 1 or any(found[0][column] != figure for column, figure in computed.items()):
                print("  the page shows", found)
                wrong += 1
    assert at == len(columns["value"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
