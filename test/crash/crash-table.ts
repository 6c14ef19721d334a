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
    `${times.length}/${round.verdicts.size} at rest`,
    `(${undone} undone)`,
    times.length === 0 ? '' : `longest ${Math.max(...times).toFixed(1)} s`,
    round.unanswered === 0 ? '' : `API silent in ${round.unanswered} looks`,
    `[${seconds.toFixed(0)} s]`,
  ].join(' ');
  return [first, ...troubles(round).map((line) => `       ${line}`)].join('\n');
}

const placeOf = ({ kind, step, direction, at }: TableRow): string =>
  `${kind}: ${at} ${direction === 'undo' ? 'the undo of ' : ''}${step}`;

/** Everything that was wrong in a round. */
export const troubles = ({ fault, verdicts, uneven, left }: Round): string[] => [
  ...[...verdicts].flatMap(([row, { wrong }]) => wrong.map((what) => `${placeOf(row)} × ${fault.title}: ${what}`)),
  ...uneven.map((what) => `${fault.title}: ${what}`),
  ...left.map((what) => `${fault.title}, left after deleting all: ${what}`),
];

const TITLES: Readonly<Record<Action, string>> = {
  build: 'Build',
  delete: 'Delete',
  resize: 'Resize (afterwards confirmed or reverted)',
  confirm: 'Confirm',
  revert: 'Revert',
  move: 'Move to another cell',
};

const INTRODUCTION = `# The crash table

Made by \`npm run test:crash\`. Each row is a place in the life of an operation: before a step is done (or undone), and after that but before it is
written. A server is held there, all of them at once; then the fault of the column strikes, and the holds are let go. A cell of the table is
the time in seconds from the end of the fault until the server was at rest again in a right state, with everything that is known of it
in agreement. Killed processes (\`kill -9\`) and databases are started again by the region's supervisor, and the clock runs from the kill.

Right is: one copy on one host, running if it ran before, at home where it is, at one epoch; the operation done, or undone (↩) and the server as
it was. At no moment may two copies run. Afterwards homes, rows in the cells, claims, what hosts say is used, quota, ports and their bindings,
and what is on the hosts agree; no operation, task, notice, stray, hold or job is left; and when all servers are deleted, nothing is.
✗: not within 60 s, or not right. –: the fault has nothing to do with it.
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
  const paused = rounds.reduce((total, { verdicts }) => total + verdicts.size, 0);
  const gib = Math.round(totalmem() / 2 ** 30);
  const verdict =
    wrong.length === 0
      ? 'All of them came out right.'
      : `What was wrong:\n${wrong.map((line) => `\n- ${line}`).join('')}`;
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors and ${gib} GiB. ${rows.length} places, ${rounds.length} faults, ${paused} servers. ${verdict}

${sections.join('\n')}`;
}

function section(title: string, rows: readonly TableRow[], rounds: readonly Round[]): string {
  const concerned = rounds.filter((round) => rows.some((row) => round.verdicts.has(row)));
  const head = ['held', ...concerned.map(({ fault }) => fault.title)];
  const lines = rows.map((row) => [
    `${placeOf(row)}${row.power === 'stopped' ? ' (stopped)' : ''}`,
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
