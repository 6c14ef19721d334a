import { cpus, totalmem } from 'node:os';
import type { Round } from './round.ts';
import type { Action, TableRow } from './table-rows.ts';
import type { Verdict } from './verdict.ts';

/** Whether a round is what is promised. */
export const isGood = ({ verdicts, uneven, left }: Round): boolean =>
  [...verdicts.values()].every(({ wrong }) => wrong.length === 0) && uneven.length === 0 && left.length === 0;

/** One line on the terminal, and one for whatever was wrong. */
export function progressLine(round: Round, seconds: number): string {
  const times = [...round.verdicts.values()].flatMap(({ seconds: s }) => (s === null ? [] : [s]));
  const undone = [...round.verdicts].filter(([row, { end }]) => row.direction === 'do' && end === 'undone').length;
  const first = [
    isGood(round) ? 'ok    ' : 'FAILED',
    round.fault.title.padEnd(18),
    `${times.length}/${round.verdicts.size} idle`,
    `(${undone} undone)`,
    times.length === 0 ? '' : `longest ${Math.max(...times).toFixed(1)} s`,
    round.unanswered === 0 ? '' : `API silent in ${round.unanswered} looks`,
    `[${seconds.toFixed(0)} s]`,
  ].join(' ');
  return [first, ...troubles(round).map((line) => `       ${line}`)].join('\n');
}

const pointOf = ({ kind, step, direction, at }: TableRow): string =>
  `${kind}: ${at} ${direction === 'undo' ? 'the undo of ' : ''}${step}`;

/** Everything that was wrong in a round. */
export const troubles = ({ fault, verdicts, uneven, left }: Round): string[] => [
  ...[...verdicts].flatMap(([row, { wrong }]) => wrong.map((what) => `${pointOf(row)} × ${fault.title}: ${what}`)),
  ...uneven.map((what) => `${fault.title}: ${what}`),
  ...left.map((what) => `${fault.title}, left after deleting all: ${what}`),
];

const TITLES: Readonly<Record<Action, string>> = {
  build: 'Build',
  delete: 'Delete',
  softDelete: 'Soft delete (afterwards it can be restored)',
  restore: 'Restore',
  rebuild: 'Rebuild',
  rescue: 'Rescue',
  unrescue: 'End of a rescue',
  createImage: 'Snapshot',
  createBackup: 'Backup',
  shelve: 'Shelve (afterwards on no host)',
  unshelve: 'Unshelve',
  attach: 'Attach a port',
  detach: 'Detach a port',
  resize: 'Resize (afterwards confirmed or reverted)',
  confirm: 'Confirm',
  revert: 'Revert',
  liveMigrate: 'Live migration',
  evacuate: 'Evacuation (the dead host is back when the fault has struck)',
  move: 'Move to another cell',
};

const INTRODUCTION = `# The crash table

Made by \`npm run test:crash\`. Each row is a point in the life of an operation: before a step is done (or undone), and
after it is done but before its outcome is written. The operations of all rows are paused at their points, each with
a server of its own. Then the fault of the column strikes, and the pauses are lifted. A cell of the table is the time
in seconds from the end of the fault until the server was idle in a right state and all records of it agreed. The
region's supervisor restarts killed processes (\`kill -9\`) and databases; the clock runs from the kill.

A state is right if the server has one guest on one host, at one epoch, in its home cell, running if it ran before;
and if the operation is done, or is undone (↩) and the server is as it was. Two guests may never run at once.
Afterwards homes, rows in the cells, claims, usage of hosts, quota, ports, bindings and the guests on the hosts must
agree. No operation, task, notice, orphaned placement, open quota reservation or job may be left; and nothing at all
once every server is deleted.

✗: not within 60 s, or not right. –: the fault does not concern this row. The part on networks tells of itself.
`;

/** The page without the part that was made with this driver before, and with the new one. */
export function withTable(page: string, title: string, table: string): string {
  const parts = page.split(/^(?=## )/m).slice(1);
  const others = parts.filter((part) => !part.startsWith(`## ${title}\n`));
  return [INTRODUCTION, ...[...others, `## ${title}\n\n${table}`].sort().reverse()]
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

/** All rounds of one driver. */
export function crashTable(rows: readonly TableRow[], rounds: readonly Round[]): string {
  const sections = Object.entries(TITLES).flatMap(([action, title]) => {
    const ofAction = rows.filter((row) => row.action === action);
    return ofAction.length === 0 ? [] : [section(title, ofAction, rounds)];
  });
  const wrong = rounds.flatMap(troubles);
  const servers = rounds.reduce((total, { verdicts }) => total + verdicts.size, 0);
  const gib = Math.round(totalmem() / 2 ** 30);
  const verdict =
    wrong.length === 0
      ? 'All of them came out right.'
      : `What was wrong:\n${wrong.map((line) => `\n- ${line}`).join('')}`;
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors and ${gib} GiB. ${rows.length} pause points, ${rounds.length} faults, ${servers} servers. ${verdict}

${sections.join('\n')}`;
}

function section(title: string, rows: readonly TableRow[], rounds: readonly Round[]): string {
  const concerned = rounds.filter((round) => rows.some((row) => round.verdicts.has(row)));
  const head = ['paused', ...concerned.map(({ fault }) => fault.title)];
  const lines = rows.map((row) => [
    `${pointOf(row)}${row.power === 'stopped' ? ' (stopped)' : ''}`,
    ...concerned.map(({ verdicts }) => cell(row, verdicts.get(row))),
  ]);
  const asRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `### ${title}\n\n${[asRow(head), asRow(head.map(() => '---')), ...lines.map(asRow)].join('\n')}\n`;
}

function cell(row: TableRow, verdict: Verdict | undefined): string {
  if (verdict === undefined) return '–';
  if (verdict.wrong.length > 0 || verdict.seconds === null) return '**✗**';
  return `${verdict.seconds.toFixed(1)}${verdict.end === 'undone' && row.direction === 'do' ? ' ↩' : ''}`;
}
