import { setTimeout as delay } from 'node:timers/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** How long things take and what goes wrong. */
export interface FaultOptions {
  readonly spawnMs: number;
  readonly stepMs: number;
  readonly jitter: number;
  readonly failSpawnRate: number;
  readonly failHosts: readonly string[];
  readonly hangHosts: readonly string[];
  readonly random?: () => number;
}

export interface SimulatedFaults {
  /** Takes as long as the step does on that host; for ever (until aborted) on one that hangs. */
  pass(hostName: string, kind: 'spawn' | 'step', signal?: AbortSignal): Promise<void>;
  /** @throws VolvoxError invalid (so: permanent) where a start is to fail. */
  mayFailSpawn(hostName: string): void;
}

export function simulatedFaults(options: FaultOptions): SimulatedFaults {
  const random = options.random ?? Math.random;
  return {
    pass: async (hostName, kind, signal) => {
      if (options.hangHosts.includes(hostName)) await untilAborted(signal);
      const baseMs = kind === 'spawn' ? options.spawnMs : options.stepMs;
      const ms = baseMs * (1 + options.jitter * (2 * random() - 1));
      if (ms > 0) await delay(ms, undefined, signal === undefined ? {} : { signal });
    },
    mayFailSpawn: (hostName) => {
      if (options.failHosts.includes(hostName)) throw new VolvoxError('invalid', `${hostName} is told to fail.`);
      if (random() < options.failSpawnRate) throw new VolvoxError('invalid', 'The simulator let this start fail.');
    },
  };
}

const untilAborted = async (signal: AbortSignal | undefined): Promise<never> =>
  await new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
