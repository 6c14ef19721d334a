import type { ProfileCase } from './cases.ts';
import type { CaseFigures } from './profiled-region.ts';

interface ReportOptions {
  /** Longest functions of a process, and most frequent statements of a store, that are shown. */
  readonly top: number;
}

/** Tables of what a unit of a case cost. */
export function reportOf({ about, unit }: ProfileCase, figures: CaseFigures, { top }: ReportOptions): string {
  const { seconds, units } = figures;
  const each = (amount: number): string => {
    const value = amount / units;
    return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2).padStart(8);
  };
  const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
  const most = (counts: ReadonlyMap<string, number>): string[] =>
    [...counts].slice(0, top).map(([name, calls]) => `${each(calls)}  ${name.slice(0, WIDTH)}`);
  const cpuMs = figures.processes.reduce((sum, one) => sum + one.cpuMs, 0);
  const memoryMib = figures.processes.reduce((sum, one) => sum + one.memoryMib, 0);
  const mib = (amount: number): string => amount.toFixed(0).padStart(6);
  const lines = [
    `${about}: ${units} in ${seconds.toFixed(1)} s, ${(units / seconds).toFixed(1)} a second`,
    '',
    `CPU, ms a ${unit}, and memory at the end, MiB`,
    `${each(cpuMs)}  ${mib(memoryMib)}  all processes`,
    ...figures.processes.map((one) => `${each(one.cpuMs)}  ${mib(one.memoryMib)}  ${one.name}`),
  ];
  for (const [owner, counts] of figures.statements)
    lines.push('', `SQL of ${owner}, statements a ${unit}`, `${each(total(counts))}  in all`, ...most(counts));
  for (const [owner, counts] of figures.commands)
    lines.push('', `Redis of ${owner}, commands a ${unit}`, `${each(total(counts))}  in all`, ...most(counts));
  for (const { name, functions } of figures.processes.filter((one) => one.functions.length > 0))
    lines.push(
      ...['', `JavaScript of ${name}, ms a ${unit}`],
      ...functions.slice(0, top).map((one) => `${each(one.ms)}  ${one.name}`),
    );
  return `${lines.join('\n')}\n`;
}

const WIDTH = 180;
