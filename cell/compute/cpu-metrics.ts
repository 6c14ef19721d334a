import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { HostReport } from '#platform/objects/host.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

type Metrics = NonNullable<HostReport['metrics']>;

/** Of a tick of /proc/stat (USER_HZ is 100 on all architectures), ns. */
const TICK_NS = 1e7;

/** Ticks since the host began to run. */
interface CpuTimes {
  readonly user: number;
  readonly kernel: number;
  readonly idle: number;
  readonly iowait: number;
}

/** The first line of /proc/stat, proc(5): user with nice, kernel with interrupts and what other hosts took. @throws when it is not that. */
export function parseCpuTimes(text: string): CpuTimes {
  const fields = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.trim().split(/ +/).map(Number) ?? [];
  const [user, nice, system, idle, iowait, irq = 0, softirq = 0, steal = 0] = fields;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined || iowait === undefined)
    throw new Error('/proc/stat has no line of times of all processors');
  return { user: user + nice, kernel: system + irq + softirq + steal, idle, iowait };
}

/** The metrics of Nova's monitor cpu.virt_driver: times since the start in ns, and what was used between two looks in percent. */
export function cpuMetrics(before: CpuTimes, now: CpuTimes, frequencyMhz: number): Metrics {
  const spent = {
    user: now.user - before.user,
    kernel: now.kernel - before.kernel,
    idle: now.idle - before.idle,
    iowait: now.iowait - before.iowait,
  };
  const all = Math.max(1, spent.user + spent.kernel + spent.idle + spent.iowait);
  const percent = (ticks: number): number => Math.round((100 * Math.max(0, ticks)) / all);
  return {
    'cpu.frequency': frequencyMhz,
    'cpu.user.time': now.user * TICK_NS,
    'cpu.kernel.time': now.kernel * TICK_NS,
    'cpu.idle.time': now.idle * TICK_NS,
    'cpu.iowait.time': now.iowait * TICK_NS,
    'cpu.user.percent': percent(spent.user),
    'cpu.kernel.percent': percent(spent.kernel),
    'cpu.idle.percent': percent(spent.idle),
    'cpu.iowait.percent': percent(spent.iowait),
    'cpu.percent': percent(spent.user + spent.kernel + spent.iowait),
  };
}

const NEVER: CpuTimes = { user: 0, kernel: 0, idle: 0, iowait: 0 };

/** Measures the processors of this host at most every so many ms, and tells the last metrics in between. The first tell of the time since the host began to run. */
export class CpuMonitor {
  readonly #everyMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #read: () => Promise<string>;
  #times = NEVER;
  #measured: { readonly at: number; readonly metrics: Metrics } | null = null;

  constructor(
    everyMs: number,
    clock: Pick<Clock, 'now'> = systemClock,
    read: () => Promise<string> = () => readFile('/proc/stat', 'utf8'),
  ) {
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#read = read;
  }

  /** @throws when the host does not tell (it is not Linux). */
  async metrics(): Promise<Metrics> {
    const now = this.#clock.now();
    if (this.#measured !== null && Math.abs(now - this.#measured.at) < this.#everyMs) return this.#measured.metrics;
    const times = parseCpuTimes(await this.#read());
    const metrics = cpuMetrics(this.#times, times, cpus()[0]?.speed ?? 0);
    this.#times = times;
    this.#measured = { at: now, metrics };
    return metrics;
  }
}
