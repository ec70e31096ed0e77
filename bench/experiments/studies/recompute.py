"""Computes the means of a stored study again, with nothing but Python's own library.

usage: recompute.py STUDY.json [PAGE.md]
Prints a line a cell; with a page, ends with 1 where the page shows another mean.
"""
import json
import sys

study = json.load(open(sys.argv[1], encoding="utf-8"))
page = open(sys.argv[2], encoding="utf-8").read() if len(sys.argv) > 2 else None
wrong = 0
for group in study["groups"]:
    for cell in group["cells"]:
        values = [value for value in cell["values"] if value is not None]
        mean = f"{sum(values) / len(values):.4f}" if values else "–"
        print(group["name"], cell["setting"], cell["measure"], mean, len(values), sep="\t")
        if page is None:
            continue
        part = page.split(f"## {group['name']}\n", 1)[-1].split("\n## ", 1)[0]
        rows = [[field.strip() for field in line.split("|")[1:-1]] for line in part.split("\n") if line.startswith("|")]
        shown = [row[2] for row in rows if row[0] == cell["setting"] and row[1] == cell["measure"]]
        if shown != [mean]:
            print("  the page shows", shown)
            wrong += 1
sys.exit(1 if wrong else 0)
