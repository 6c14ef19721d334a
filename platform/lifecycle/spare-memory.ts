import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long a process must have rested, ms. */
const REST_MS = 3_000;
/** It rests while its event loop works for less than this share of the time. */
const RESTING = 0.15;
/** How much its heap must have grown since the last time, bytes. */
const GROWTH = 12 * 2 ** 20;
/** Giving back pauses the process, by some 3 ms for each MiB that lives: with more than this it is left alone, bytes; and how far apart pauses are, ms. */
const MAX_LIVING = 96 * 2 ** 20;
const PAUSES_APART_MS = 60_000;

interface SpareMemory {
  readonly restMs?: number;
  /** For tests. */
  readonly gaveBack?: () => void;
}

/**
 * Gives back what a process needed for a while: to start, or for much work. V8 collects only while a process allocates, so one that rests would
 * keep its largest heap for ever.
 * @returns how to end it.
 */
export function spareMemory({ restMs = REST_MS, gaveBack = () => undefined }: SpareMemory = {}): () => void {
  let heapBytes = 0;
  let notBefore = 0;
  let lastLook = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, lastLook);
    lastLook = now;
    if (utilization > RESTING || performance.now() < notBefore) return;
    const { total_heap_size, used_heap_size } = getHeapStatistics();
    if (used_heap_size > MAX_LIVING || total_heap_size < heapBytes + GROWTH) return;
    collect();
    heapBytes = getHeapStatistics().total_heap_size;
    notBefore = performance.now() + PAUSES_APART_MS;
    gaveBack();
  };
  const timer = setInterval(look, restMs).unref();
  return () => clearInterval(timer);
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** The one collection after which pages go back to the system. Compiled functions stay. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--no-flush-bytecode');
  const gc = runInNewContext('gc') as Collect;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--flush-bytecode');
  setFlagsFromString('--no-expose-gc');
}
