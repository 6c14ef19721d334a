import type { Simulation } from '../client/views.ts';
import { asTable, type Row } from './output.ts';

type Cell = Simulation['cells'][number];

/** The report of a simulation as text: what fits, the cells before and after, and why servers do not fit. */
export function simulationText({ replayed, fit, flavors, cells, unplaced, why }: Simulation): string {
  const rows: Row[] = [
    ...cells.map((cell) => ({
      cell: cell.cellName,
      hosts: change(cell, ({ hosts }) => String(hosts)),
      servers: change(cell, ({ servers }) => String(servers)),
      headroom: change(cell, ({ headroom }) => percent(headroom)),
      ...Object.fromEntries(flavors.map(({ name }, at) => [`free ${name}`, change(cell, ({ free }) => `${free[at]}`)])),
    })),
    { cell: '(no cell)', servers: arrow(String(unplaced.before), String(unplaced.after)) },
  ];
  const fitting = `${replayed} server${replayed === 1 ? '' : 's'} placed again: ${fit} fit, ${replayed - fit} do not\n`;
  return [
    replayed === 0 ? '' : `${fitting}\n`,
    asTable(rows),
    why.length === 0 ? '' : `\nWhat the nearest hosts of the others miss:\n${asTable(why)}`,
  ].join('');
}

/** Before and after, or one of them if they are the same. */
function change({ before, after }: Cell, of: (state: Cell['before']) => string): string {
  return arrow(of(before), after === null ? 'lost' : of(after));
}

const arrow = (before: string, after: string): string => (before === after ? before : `${before} → ${after}`);

/** Rounded down: 100 % are all of them. */
const percent = (share: number | null): string => (share === null ? '-' : `${Math.floor(share * 100)} %`);
