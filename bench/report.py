"""What the measurements say: as a table, and as JSON."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bench.rows import Limit, Ratio, Row

OURS = "hotreload"


def ratios(row: Row) -> dict[str, list[float]]:
    """Our values divided by those of each other server, run by run."""
    ours = row.values.get(OURS, [])
    found = {
        name: [mine / other for mine, other in zip(ours, values, strict=False) if other]
        for name, values in row.values.items()
        if name != OURS
    }
    return {name: values for name, values in found.items() if values}


def is_met(row: Row) -> bool | None:
    """Whether the targets of a row are met; None without any, or with nothing to compare."""
    found = ratios(row)
    met: list[bool] = []
    for target in row.targets:
        match target:
            case Ratio(at_most, of):
                if of in found:
                    met.append(statistics.median(found[of]) <= at_most)
            case Limit(at_most):
                met.append(statistics.median(row.values[OURS]) <= at_most)
    return all(met) if met else None


def table(rows: Sequence[Row], about: Mapping[str, str]) -> str:
    """The table, with a line above it that says what was run on what."""
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    lines = [["median (min to max)", *names, "ratio (min to max)", "target", ""]]
    for row in rows:
        lines.append(
            [
                row.label,
                *(_spread(row.values.get(name, ()), row.unit) for name in names),
                _ratios(row),
                ", ".join(_target(target, row.unit) for target in row.targets),
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
            "ratios": ratios(row),
            "targets": [asdict(target) for target in row.targets],
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


def _ratios(row: Row) -> str:
    """The median of each ratio, and from where to where it goes."""
    return ", ".join(
        f"{statistics.median(values):.2f} {name} ({min(values):.2f} to {max(values):.2f})"
        for name, values in ratios(row).items()
    )


def _target(target: Ratio | Limit, unit: str) -> str:
    match target:
        case Ratio(at_most, of):
            return f"≤ {at_most:.2f} {of}"
        case Limit(at_most):
            return f"≤ {at_most:g} {unit}"
