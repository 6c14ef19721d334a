import { summarize } from '../statistics.ts';
import type { Tally } from './offer.ts';
import { type Memory, total } from './process-memory.ts';
import { KIND_NAMES, type Kind } from './workload.ts';

/** What is printed of an interval. */
interface Interval {
  /** Since the load began. */
  readonly seconds: number;
  readonly offered: number;
  readonly notSent: number;
  /** Creates among the served. */
  readonly accepted: number;
  readonly served: Readonly<Record<Kind, number>>;
  readonly refused: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly memoryMib: Memory;
}

export function intervalOf(seconds: number, tally: Tally, memoryMib: Memory): Interval {
  const served = Object.fromEntries(KIND_NAMES.map((kind) => [kind, tally.served(kind).length])) as Interval['served'];
  const all = tally.servedInAll;
  const { median, p99 } = all.length === 0 ? { median: 0, p99: 0 } : summarize(all);
  return {
    ...{ seconds, offered: tally.offered, notSent: tally.notSent, accepted: served.create, served },
    refused: tally.count('refused'),
    failed: tally.count('failed') + tally.count('refused without Retry-After') + tally.count('silent'),
    ...{ p50Ms: median, p99Ms: p99, memoryMib },
  };
}

/** Of the processes that have one purpose, together. */
const GROUPS = [
  ['api', /^api$/],
  ['sched', /^scheduler$/],
  ['super', /^super-conductor$/],
  ['conduct', /^cell.*-conductor$/],
  ['agents', /-(compute|network)$/],
  ['SQL', /-mariadb$/],
  ['Redis', /-redis$/],
] as const;

const COUNTS = ['time s', 'offered', 'not sent', 'accepted', 'GET', 'list', 'delete', 'refused', 'failed'] as const;
export const HEAD = [
  ...COUNTS.map((name) => name.padStart(9)),
  ...['p50 ms', 'p99 ms', ...GROUPS.map(([name]) => name), 'MiB'].map((name) => name.padStart(8)),
].join('');

const groupMib = (memory: Memory, pattern: RegExp): number =>
  total(Object.fromEntries(Object.entries(memory).filter(([name]) => pattern.test(name))));

export function intervalLine(interval: Interval): string {
  const { served, memoryMib } = interval;
  const counts = [
    ...[interval.seconds, interval.offered, interval.notSent, interval.accepted, served.show, served.list],
    ...[served.delete, interval.refused, interval.failed],
  ];
  const rest = [
    ...[interval.p50Ms, interval.p99Ms, ...GROUPS.map(([, pattern]) => groupMib(memoryMib, pattern))],
    total(memoryMib),
  ];
  return [
    ...counts.map((count) => count.toFixed(0).padStart(9)),
    ...rest.map((value) => value.toFixed(0).padStart(8)),
  ].join('');
}

/** Memory by process, when warm and after the load. */
export const memoryLine = (warm: Memory, after: Memory): string =>
  Object.entries(after)
    .map(([name, mib]) => `${name.padEnd(20)} ${(warm[name] ?? 0).toFixed(0).padStart(6)} → ${mib.toFixed(0)} MiB`)
    .join('\n');
