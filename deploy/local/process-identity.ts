import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it began. */
  readonly startTime: string;
}

/** The process of that number as it is now; null when there is none (or it is a zombie). */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    return state === 'Z' || startTime === undefined ? null : { pid, startTime };
  } catch {
    return null;
  }
}

export const lives = (known: ProcessIdentity): boolean => identify(known.pid)?.startTime === known.startTime;

export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Every process whose environment has `name=value`: those that were started below one that had it. */
export function processesWithEnvironment(name: string, value: string): ProcessIdentity[] {
  const setting = `\0${name}=${value}\0`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const hasSetting = `\0${readFileSync(`/proc/${entry}/environ`, 'utf8')}`.includes(setting);
        const identity = hasSetting ? identify(Number(entry)) : null;
        return identity === null ? [] : [identity];
      } catch {
        // Ended meanwhile, or somebody else's.
        return [];
      }
    });
}
