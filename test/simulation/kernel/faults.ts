import type { Kernel, Life } from './kernel.ts';

/** What a process awaits; at each of these it may die, or be told that it failed. */
type Await = 'statement' | 'in-transaction' | 'begin' | 'commit' | 'request' | 'answer' | 'step' | 'risky-step';

/**
 * crash-before, crash-after: the process dies before or after the effect, in neither case hearing of it. lost-before, lost-after: it
 * hears of a failure instead. pause: it stands still, and goes on later as if nothing had been.
 */
export type Fault = 'crash-before' | 'crash-after' | 'lost-before' | 'lost-after' | 'deadlock' | 'refused' | 'pause';

const WEIGHTS: Readonly<Record<Await, Readonly<Partial<Record<Fault, number>>>>> = {
  statement: { 'crash-before': 6, 'crash-after': 6, 'lost-before': 1, 'lost-after': 1, pause: 1 },
  'in-transaction': { 'crash-before': 6, deadlock: 3, 'lost-before': 1 },
  begin: { 'crash-before': 3, 'lost-before': 1, pause: 1 },
  commit: { 'crash-before': 6, 'crash-after': 8, 'lost-before': 2, 'lost-after': 2, deadlock: 2 },
  request: { 'crash-before': 4, 'lost-before': 4, 'lost-after': 4, pause: 1 },
  answer: { 'crash-before': 8, 'lost-before': 4, pause: 1 },
  step: { 'crash-before': 4, 'crash-after': 4, 'lost-before': 2, pause: 1 },
  'risky-step': { 'crash-before': 4, 'crash-after': 4, 'lost-before': 2, refused: 3, pause: 1 },
};

/** How much each counts on the way to the next fault: most statements and requests are looks that change nothing. */
const COUNTS: Readonly<Record<Await, number>> = {
  statement: 0.3,
  'in-transaction': 1,
  begin: 0.5,
  commit: 2,
  request: 0.4,
  answer: 0.6,
  step: 2,
  'risky-step': 3,
};

const FAVOUR = 0.6;
const LONGEST_PAUSE_MS = 25_000;

/** Decides by the seed at which await something happens, and what. Nothing happens before `begin` and after `end`. */
export class Faults {
  readonly counts: Partial<Record<Fault, number>> = {};
  readonly #kernel: Kernel;
  readonly #meanGap: number;
  readonly #restart: (life: Life) => void;
  readonly #favours: Fault | null;
  #left = Number.POSITIVE_INFINITY;

  /** @param meanGap how many awaits lie between two faults, on average, as they count. */
  constructor(kernel: Kernel, meanGap: number, restart: (life: Life) => void, favours: Fault | null = null) {
    this.#kernel = kernel;
    this.#meanGap = meanGap;
    this.#restart = restart;
    this.#favours = favours;
  }

  begin(): void {
    this.#next();
  }

  end(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  get raging(): boolean {
    return this.#left !== Number.POSITIVE_INFINITY;
  }

  crashes(): number {
    return (this.counts['crash-before'] ?? 0) + (this.counts['crash-after'] ?? 0);
  }

  /** At an await of this process. Null: it goes on as it should. A pause has begun when this returns. */
  draw(at: Await, life: Life): Fault | null {
    if (life.immortal === true) return null;
    this.#left -= COUNTS[at];
    if (this.#left > 0) return null;
    this.#next();
    const { random } = this.#kernel;
    const favoured = this.#favours !== null && this.#favours in WEIGHTS[at] && random.chance(FAVOUR);
    const fault = favoured && this.#favours !== null ? this.#favours : random.weighted<Fault>(WEIGHTS[at]);
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    if (fault === 'pause') life.pausedUntil = this.#kernel.now + random.next() ** 2 * LONGEST_PAUSE_MS;
    return fault;
  }

  /** The process dies here, and is started again after a while. */
  crash(life: Life): void {
    this.#kernel.kill(life);
    this.#restart(life);
  }

  #next(): void {
    this.#left = 1 + this.#kernel.random.below(2 * this.#meanGap);
  }
}
