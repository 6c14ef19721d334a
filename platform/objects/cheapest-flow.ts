interface FlowProblem {
  /** How much each row wants. */
  readonly desired: readonly number[];
  /** How much each column has. */
  readonly present: readonly number[];
  /** By row, what one from each column costs: an integer from 0; null: the row takes none of it. */
  readonly costs: readonly (readonly (number | null)[])[];
}

/**
 * How much each row gets of each column: together as much as possible, and among these answers one with the lowest cost. Shortest augmenting paths,
 * each with as much as it can carry: rows × columns × (rows + columns) steps for each, and there are at most as many as are asked for. The same
 * problem has the same answer.
 */
export function cheapestFlow({ desired, present, costs }: FlowProblem): readonly (readonly number[])[] {
  const flow = desired.map(() => present.map(() => 0));
  const [left, free] = [[...desired], [...present]];
  takeCostless(flow, left, free, costs);
  for (;;) {
    const path = shortestPath({ flow, left, free, costs });
    if (path === null) return flow;
    const amount = Math.min(
      left[path.from] as number,
      free[path.to] as number,
      ...path.back.map(([row, column]) => flow[row]?.[column] as number),
    );
    left[path.from] = (left[path.from] as number) - amount;
    free[path.to] = (free[path.to] as number) - amount;
    for (const [row, column] of path.forth) (flow[row] as number[])[column] = (flow[row]?.[column] as number) + amount;
    for (const [row, column] of path.back) (flow[row] as number[])[column] = (flow[row]?.[column] as number) - amount;
  }
}

/** What costs nothing. No path is shorter than such a step, so these are the first paths; mostly there are no others. */
function takeCostless(flow: number[][], left: number[], free: number[], costs: FlowProblem['costs']): void {
  for (const [row, ofRow] of flow.entries()) {
    for (let column = 0; column < ofRow.length; column++) {
      if (costs[row]?.[column] !== 0) continue;
      const amount = Math.min(left[row] as number, free[column] as number);
      ofRow[column] = amount;
      left[row] = (left[row] as number) - amount;
      free[column] = (free[column] as number) - amount;
    }
  }
}

type Cell = readonly [row: number, column: number];

interface Path {
  readonly from: number;
  readonly to: number;
  /** Where the flow grows, and where it shrinks. */
  readonly forth: readonly Cell[];
  readonly back: readonly Cell[];
}

interface Unfinished extends Pick<FlowProblem, 'costs'> {
  readonly flow: readonly (readonly number[])[];
  readonly left: readonly number[];
  readonly free: readonly number[];
}

/** From a row that wants more to a column that has some (Bellman-Ford: what is taken back has a negative cost); null: there is none. */
function shortestPath({ flow, left, free, costs }: Unfinished): Path | null {
  if (left.every((amount) => amount === 0)) return null;
  const toRow = left.map((amount) => (amount > 0 ? 0 : Number.POSITIVE_INFINITY));
  const toColumn = free.map(() => Number.POSITIVE_INFINITY);
  const rowBefore: number[] = [];
  const columnBefore: number[] = [];
  for (let changed = true; changed; ) {
    changed = false;
    costs.forEach((ofRow, row) => {
      const length = toRow[row] as number;
      if (length === Number.POSITIVE_INFINITY) return;
      ofRow.forEach((cost, column) => {
        if (cost === null || length + cost >= (toColumn[column] as number)) return;
        toColumn[column] = length + cost;
        rowBefore[column] = row;
        changed = true;
      });
    });
    flow.forEach((ofRow, row) => {
      ofRow.forEach((amount, column) => {
        const length = (toColumn[column] as number) - (costs[row]?.[column] ?? 0);
        if (amount === 0 || length >= (toRow[row] as number)) return;
        toRow[row] = length;
        columnBefore[row] = column;
        changed = true;
      });
    });
  }
  const to = free.reduce(
    (best, amount, column) =>
      amount > 0 && (toColumn[column] as number) < (toColumn[best] ?? Number.POSITIVE_INFINITY) ? column : best,
    -1,
  );
  if (to === -1) return null;
  const [forth, back]: [Cell[], Cell[]] = [[], []];
  for (let column = to; ; ) {
    const row = rowBefore[column] as number;
    forth.push([row, column]);
    const earlier = columnBefore[row];
    if (earlier === undefined) return { from: row, to, forth, back };
    back.push([row, earlier]);
    column = earlier;
  }
}
