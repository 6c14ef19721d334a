import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { History } from './history/run-history.ts';
import type { Task, Word } from './worker.ts';

interface SimulationOptions {
  readonly firstSeed: number;
  readonly histories: number;
  readonly workers: number;
  readonly breakage?: string | null;
  /** Ends with the first history in which something is wrong. */
  readonly untilFound?: boolean;
  readonly onHistory?: (history: History) => void;
  /** Every line of what happens; for a replay. */
  readonly onLine?: (line: string) => void;
}

export interface Summary {
  readonly histories: number;
  readonly seconds: number;
  readonly crashes: number;
  readonly faults: number;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly lateStarts: number;
  /** How long histories took to come to rest: all, the shortest first. */
  readonly rests: readonly Pick<History, 'seed' | 'restedMs'>[];
  readonly wrong: readonly History[];
  readonly operations: Readonly<Record<string, number>>;
}

/** Seeds that a worker is given at once. */
const CHUNK = 400;

/** Runs histories in processes of their own, each replaced after some of them. The result depends on the seeds alone. */
export async function simulate(options: SimulationOptions): Promise<Summary> {
  const from = performance.now();
  const { firstSeed, histories, workers } = options;
  const seeds = Array.from({ length: histories }, (_, at) => firstSeed + at);
  const done: History[] = [];
  let over = false;
  const next = (): readonly number[] => (over ? [] : seeds.splice(0, options.untilFound === true ? 15 : CHUNK));
  const work = async (): Promise<void> => {
    for (let chunk = next(); chunk.length > 0; chunk = next()) {
      await runChunk(chunk, options, (history) => {
        done.push(history);
        options.onHistory?.(history);
        if (options.untilFound === true && history.violations.length > 0) over = true;
        return over;
      });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const sum = (of: (history: History) => number) => done.reduce((total, history) => total + of(history), 0);
  const operations: Record<string, number> = {};
  for (const history of done)
    for (const [kind, count] of Object.entries(history.operations)) operations[kind] = (operations[kind] ?? 0) + count;
  return {
    histories: done.length,
    seconds: (performance.now() - from) / 1000,
    crashes: sum((history) => history.crashes),
    faults: sum((history) => history.faults),
    events: sum((history) => history.events),
    virtualSeconds: sum((history) => history.lastedMs) / 1000,
    lateStarts: sum((history) => history.lateStarts),
    rests: done.map(({ seed, restedMs }) => ({ seed, restedMs })).sort((a, b) => a.restedMs - b.restedMs),
    wrong: done.filter(({ violations }) => violations.length > 0).sort((a, b) => a.seed - b.seed),
    operations,
  };
}

/** @param heard returns whether enough is known. */
function runChunk(
  seeds: readonly number[],
  { breakage = null, onLine }: SimulationOptions,
  heard: (history: History) => boolean,
): Promise<void> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'],
  });
  const task: Task = { seeds, breakage, tell: onLine !== undefined };
  return new Promise((resolve, reject) => {
    let enough = false;
    child.on('message', (word: Word) => {
      if ('line' in word) onLine?.(word.line);
      else if (heard(word.history)) {
        enough = true;
        child.kill();
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0 || enough) resolve();
      else
        reject(new Error(`a worker of the simulation ended with ${code} among the seeds ${seeds[0]}…${seeds.at(-1)}`));
    });
    child.send(task);
  });
}
