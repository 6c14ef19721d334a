import { readdirSync, readFileSync } from 'node:fs';

/** The resident memory of the api process that a supervisor started, MiB; null when there is none. */
export function apiMemoryMib(supervisor: number): number | null {
  const pid = apiProcessOf(supervisor);
  if (pid === null) return null;
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) / 1024;
}

function apiProcessOf(supervisor: number): number | null {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      );
      if (parent !== supervisor) continue;
      if (/\/api\/main\.ts\0/.test(`${readFileSync(`/proc/${name}/cmdline`, 'utf8')}\0`)) return Number(name);
    } catch (error) {
      // It ended between being listed and being read.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return null;
}
