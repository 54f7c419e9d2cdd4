// The source around a place, as hotreload/problems.py draws it.

const context = 2;

/** The lines around a place (both numbers from 1), numbered, with a mark under it. */
export function codeFrame(source: string, line: number, column: number | null): string {
  const lines = source.split(/\r?\n/);
  if (line > lines.length) return '';
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const width = String(last).length;
  const rows: string[] = [];
  for (let number = first; number <= last; number++) {
    const here = number === line;
    const cut = here && column !== null ? Math.max(0, column - 80) : 0;
    const text = (lines[number - 1] ?? '').replaceAll('\t', ' ').slice(cut, cut + 160);
    rows.push(`${here ? '>' : ' '} ${String(number).padStart(width)} | ${text}`);
    if (here && column !== null)
      rows.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1 - cut)}^`);
  }
  return rows.join('\n');
}
