// Linear equations, small and dense.

/** `x` of `matrix x = right` by elimination with pivots; a line that says nothing leaves its unknown at 0. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row
    const line = rows[pivot] ?? []
    rows[pivot] = rows[column] ?? []
    rows[column] = line
    const head = line[column] ?? 0
    if (Math.abs(head) < 1e-12) continue
    for (const [at, other] of rows.entries()) {
      if (at === column) continue
      const factor = (other[column] ?? 0) / head
      if (factor !== 0)
        for (let from = column; from <= size; from++)
          other[from] = (other[from] ?? 0) - factor * (line[from] ?? 0)
    }
  }
  return rows.map((row, at) => (Math.abs(row[at] ?? 0) < 1e-12 ? 0 : (row[size] ?? 0) / (row[at] ?? 1)))
}
