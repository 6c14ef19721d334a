import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

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
export const processesWithEnvironment = (name: string, value: string): ProcessIdentity[] =>
  withVariable(name).flatMap(([identity, found]) => (found === value ? [identity] : []));

/** Every value that the variable has in the environment of a process. */
export const environmentValues = (name: string): ReadonlySet<string> =>
  new Set(withVariable(name).map(([, value]) => value));

/** The most reads of an environment that is empty. */
const MAX_READS = 300;
/** So many come at once; before each later one this process sleeps 1 ms, so that the other one has a processor to go on with. */
const READS_AT_ONCE = 100;
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

/** Linux shows an empty environment for the moment in which a process turns into another program. A kernel thread, which has none, has no program. */
function environmentOf(pid: string): string {
  for (let reads = 1; ; reads++) {
    const found = readFileSync(`/proc/${pid}/environ`, 'utf8');
    if (found !== '' || reads === MAX_READS) return found;
    readlinkSync(`/proc/${pid}/exe`);
    if (reads >= READS_AT_ONCE) Atomics.wait(NOBODY_WAKES, 0, 0, 1);
  }
}

function withVariable(name: string): (readonly [ProcessIdentity, string])[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const settings = environmentOf(entry).split('\0');
        const setting = settings.find((one) => one.startsWith(`${name}=`));
        const identity = setting === undefined ? null : identify(Number(entry));
        return identity === null || setting === undefined ? [] : [[identity, setting.slice(name.length + 1)] as const];
      } catch {
        // Ended meanwhile, somebody else's, or a kernel thread.
        return [];
      }
    });
}
