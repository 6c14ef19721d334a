import { cpus, totalmem } from 'node:os';
import { DIRECTIONS, type Direction, type NetworkRound } from './network-round.ts';
import type { NetworkRow } from './network-rows.ts';
import type { NetworkWave } from './network-wave.ts';

export const NETWORK_TITLE = 'Networks: routers, floating addresses, groups and definitions';

/** Whether a round is what is promised. */
const isGoodRound = (round: NetworkRound): boolean => round.seconds !== null && roundTroubles(round).length === 0;

export const isGoodWave = ({ rounds, unlike, left }: NetworkWave): boolean =>
  rounds.every(isGoodRound) && unlike.length === 0 && left.length === 0;

const titleOf = ({ fault, direction }: NetworkRound): string => `${fault.title}, ${direction}`;

const roundTroubles = (round: NetworkRound): string[] => [
  ...[...round.verdicts].flatMap(([row, { wrong }]) =>
    wrong.map((what) => `${row.section}, ${row[round.direction]} × ${round.fault.title}: ${what}`),
  ),
  ...round.uneven.map((what) => `${titleOf(round)}: ${what}`),
];

/** Everything that was wrong. */
const networkTroubles = ({ rounds, unlike, left }: NetworkWave): string[] => [
  ...unlike.map((what) => `without a fault: ${what}`),
  ...rounds.flatMap(roundTroubles),
  ...left.map((what) => `left after deleting all: ${what}`),
];

/** One line on the terminal, and one for whatever was wrong. */
export function networkLine(round: NetworkRound, took: number): string {
  const times = [...round.verdicts.values()].flatMap(({ seconds }) => seconds ?? []);
  const first = [
    isGoodRound(round) ? 'ok    ' : 'FAILED',
    titleOf(round).padEnd(36),
    `${times.length}/${round.verdicts.size} in effect,`,
    `longest ${Math.max(0, ...times).toFixed(1)} s,`,
    `hosts right after ${round.seconds?.toFixed(1) ?? '…'} s [${took.toFixed(0)} s]`,
  ].join(' ');
  return [first, ...roundTroubles(round).map((line) => `       ${line}`)].join('\n');
}

const EXPLANATION = `Two cells of two hosts with real networks; what answers for a guest is a namespace. Each row is a change that is in
progress when the fault strikes: sent just before it, or (*) while it is in effect. A request that nobody answers is
sent again, with the same key. A cell of the table is the time in seconds from the end of the fault until the change was in
effect, as a guest, the machine outside or the kernel shows it.

The last rows are the times until all of all hosts was right: namespaces, taps, floating addresses and members of groups
are those that the API declares; and devices, addresses, routes, rules, sets, neighbours and DHCP are the same as on
hosts that agents had built from nothing, with the same changes and without a fault. In the end all is deleted: hosts,
and the tables of the directory and of the cells, must be as they were in the beginning.`;

/** All rounds of the networks. */
export function networkTable(rows: readonly NetworkRow[], wave: NetworkWave): string {
  const { rounds } = wave;
  const wrong = networkTroubles(wave);
  const gib = Math.round(totalmem() / 2 ** 30);
  const changes = rounds.reduce((total, { verdicts }) => total + verdicts.size, 0);
  const verdict =
    wrong.length === 0
      ? 'All of them came out right, and nothing was left.'
      : `What was wrong:\n${wrong.map((line) => `\n- ${line}`).join('')}`;
  const faults = [...new Set(rounds.map(({ fault }) => fault))];
  const lineOf = (name: string, direction: Direction, cell: (round: NetworkRound) => string): string[] => [
    name,
    ...faults.map((fault) => {
      const round = rounds.find((one) => one.fault === fault && one.direction === direction);
      return round === undefined ? '–' : cell(round);
    }),
  ];
  const grid = (lines: readonly (readonly string[])[]): string => {
    const head = ['change', ...faults.map(({ title }) => title)];
    const asRow = (list: readonly string[]): string => `| ${list.join(' | ')} |`;
    return `${[asRow(head), asRow(head.map(() => '---')), ...lines.map(asRow)].join('\n')}\n`;
  };
  const sections = [...Map.groupBy(rows, ({ section }) => section)].map(([section, ofSection]) => {
    const lines = ofSection.flatMap((row) => DIRECTIONS.map((way) => lineOf(row[way], way, (one) => cellOf(one, row))));
    return `### ${section}\n\n${grid(lines)}`;
  });
  const hosts = [
    lineOf('all changes made', 'forth', timeOfHosts),
    lineOf('all changes taken back', 'back', timeOfHosts),
  ];
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors and ${gib} GiB. ${2 * rows.length} changes, ${faults.length} faults, ${changes} in all. ${verdict}

${EXPLANATION}

${sections.join('\n')}
### All hosts

${grid(hosts)}`;
}

const cellOf = ({ verdicts }: NetworkRound, row: NetworkRow): string => {
  const verdict = verdicts.get(row);
  if (verdict === undefined) return '–';
  if (verdict.wrong.length > 0 || verdict.seconds === null) return '**✗**';
  return `${verdict.seconds.toFixed(1)}${verdict.during ? '*' : ''}`;
};

const timeOfHosts = ({ seconds, uneven }: NetworkRound): string =>
  seconds === null || uneven.length > 0 ? '**✗**' : seconds.toFixed(1);
