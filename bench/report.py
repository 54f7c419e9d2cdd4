"""What the measurements say: as a table, and as JSON."""

import json
import statistics
from collections.abc import Mapping, Sequence

from bench.measure import Limit, Ratio, Row

OURS = "hotreload"


def ratio(row: Row) -> float | None:
    """Our median divided by the other server's, where both were measured and it isn't 0."""
    medians = {name: statistics.median(values) for name, values in row.values.items()}
    ours = medians.pop(OURS)
    return next((ours / other for other in medians.values() if other), None)


def is_met(row: Row) -> bool | None:
    """Whether the target of a row is met; None where it has none, or nothing to compare with."""
    match row.target:
        case Ratio(at_most):
            value = ratio(row)
            return None if value is None else value <= at_most
        case Limit(at_most):
            return statistics.median(row.values[OURS]) <= at_most
        case None:
            return None


def table(rows: Sequence[Row], about: Mapping[str, str]) -> str:
    """The table, with a line above it that says what was run on what."""
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    lines = [["median (min to max)", *names, "ratio", "target", ""]]
    for row in rows:
        quotient = ratio(row)
        lines.append(
            [
                row.label,
                *(_spread(row.values.get(name, ()), row.unit) for name in names),
                "" if quotient is None else f"{quotient:.2f}",
                _target(row),
                {True: "met", False: "MISSED", None: ""}[is_met(row)],
            ]
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    texts = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines
    ]
    texts.insert(1, "-" * len(texts[0]))
    notes = [
        f"{row.label}: {name}: {note}" for row in rows for name, note in row.notes.items() if note
    ]
    heading = " · ".join(f"{key} {value}" for key, value in about.items())
    return "\n".join([heading, "", *(text.rstrip() for text in texts), "", *notes]).rstrip()


def as_json(rows: Sequence[Row], about: Mapping[str, str], failures: Mapping[str, str]) -> str:
    """Everything that was measured, value by value."""
    measured = {
        row.key: {
            "label": row.label,
            "unit": row.unit,
            "values": row.values,
            "medians": {n: statistics.median(v) for n, v in row.values.items()},
            "ratio": ratio(row),
            "at_most": row.target.at_most if row.target else None,
            "met": is_met(row),
            "notes": row.notes,
        }
        for row in rows
    }
    return json.dumps({"about": about, "measured": measured, "failed": failures}, indent=2)


def _spread(values: Sequence[float], unit: str) -> str:
    if not values:
        return ""
    median = f"{_number(statistics.median(values))} {unit}"
    if len(values) == 1:
        return median
    return f"{median} ({_number(min(values))} to {_number(max(values))})"


def _number(value: float) -> str:
    return (
        f"{value:.2f}"
        if abs(value) < 10
        else f"{value:.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
    )


def _target(row: Row) -> str:
    match row.target:
        case Ratio(at_most):
            return f"≤ {at_most:.2f}"
        case Limit(at_most):
            return f"≤ {at_most:g} {row.unit}"
        case None:
            return ""
