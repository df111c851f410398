/** Lays rows out in columns as wide as their widest cell; numbers stand on the right. */
export function textTable(headings: string[], rows: (string | number)[][]): string {
  const lines = [headings, ...rows].map((cells) => cells.map(String));
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const rightAligned = headings.map(
    (_, column) => rows.length > 0 && rows.every((cells) => typeof cells[column] === 'number'),
  );
  const layOut = (cells: string[]) =>
    cells
      .map((cell, column) => (rightAligned[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  const [head, ...body] = lines.map(layOut);

  return [head, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n');
}
