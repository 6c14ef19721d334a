import { memoryKibOf } from '../process-usage.ts';

interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** MiB by process; of one that has ended: 0. */
export type Memory = Readonly<Record<string, number>>;

export const memoryOf = (processes: readonly NamedProcess[]): Memory =>
  Object.fromEntries(processes.map(({ name, pid }) => [name, mibOf(pid)]));

function mibOf(pid: number): number {
  try {
    return memoryKibOf(pid) / 1024;
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return 0;
  }
}

export const total = (memory: Memory): number => Object.values(memory).reduce((sum, mib) => sum + mib, 0);

/** A process may grow by so much after it is warm, MiB, and by this part of what it was. */
const GROWTH = { mib: 128, share: 0.5 } as const;

/** Those that grew by more than they may, with the MiB. */
export const grown = (warm: Memory, after: Memory): readonly (readonly [string, number])[] =>
  Object.entries(after)
    .map(([name, mib]) => [name, mib - (warm[name] ?? mib)] as const)
    .filter(([name, mib]) => mib > Math.max(GROWTH.mib, GROWTH.share * (warm[name] ?? 0)));
