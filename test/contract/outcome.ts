import type { Visit } from './coverage.ts';

/** What came of a scenario. */
export interface Outcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** The step and what differs in it, or the reason of the skip. */
  readonly words: string;
  /** Whether it can be replayed from outside alone. */
  readonly isBlackBox: boolean;
}

/** What a replay of all scenarios found; JSON between the process that replays and the one that prints. */
export interface Results {
  readonly outcomes: readonly Outcome[];
  readonly visits: readonly Visit[];
  /** Operations that no route of ours is for, at a microversion that has them. */
  readonly missing: readonly string[];
  /** Lines about what stands for the fixtures of the recording. */
  readonly notes: readonly string[];
}
