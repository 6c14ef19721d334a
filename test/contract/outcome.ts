import { BINDINGS } from './bindings/index.ts';
import { CORRECTIONS } from './corrections.ts';
import type { Visit } from './coverage.ts';
import { FIXED_VALUES } from './fixtures.ts';
import type { Scenario } from './scenarios.ts';

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

export const outcomeOf = ({ name, internals }: Scenario, state: Outcome['state'], words: string): Outcome => ({
  name,
  state,
  words,
  isBlackBox: internals.length === 0,
});

/** What stands for the fixtures of the recording, as lines. */
export const NOTES = [
  'members in which a fault asks for something else than was recorded:',
  ...CORRECTIONS.map(({ cause, reason }) => `  ${cause}: ${reason}`),
  'stubs inside Nova, and what stands for them:',
  ...BINDINGS.map(({ here }) => `  ${here}`),
  'fixture values of the recording, and what stands for them:',
  ...FIXED_VALUES.map(({ recorded, here }) => `  ${JSON.stringify(String(recorded))} = ${here}`),
];
