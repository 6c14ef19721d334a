import { readdirSync, readFileSync } from 'node:fs';

/** Kernel clock ticks a second (USER_HZ, 100 on every Linux of today). */
const TICKS_PER_SECOND = 100;

export interface Usage {
  readonly pids: number;
  /** User and system time so far, s. */
  readonly cpuSeconds: number;
  /** Proportional set size: memory shared by several processes counts once, MiB. */
  readonly memoryMib: number;
}

/** What a process and all its descendants have used. Processes that ended since count no more: start and end within one life. */
export function usageOfTree(root: number): Usage {
  const pids = descendants(root);
  let cpuSeconds = 0;
  let memoryKib = 0;
  for (const pid of pids) {
    try {
      cpuSeconds += cpuSecondsOf(pid);
      memoryKib += memoryKibOf(pid);
    } catch (error) {
      // It ended between being listed and being read.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return { pids: pids.length, cpuSeconds, memoryMib: memoryKib / 1024 };
}

/** Proportional set size of one process. @throws when there is none. */
export const memoryKibOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);

/** User and system time of one process so far. @throws when there is none. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      );
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  const found: number[] = [];
  const visit = (pid: number): void => {
    found.push(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}
