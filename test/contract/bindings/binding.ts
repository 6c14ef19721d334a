import type { Fixture } from '../fixtures.ts';
import type { Expectation } from '../match-template.ts';
import type { Region } from '../region.ts';
import type { Scenario, Step } from '../scenarios.ts';

/** What stands here for something that a recorded scenario stubbed inside Nova. */
export interface Binding {
  /** The entries of `internals` that it answers. */
  readonly internals: RegExp;
  /** Of these scenarios; of all by default. */
  readonly scenario?: RegExp;
  readonly here: string;
  /** The scenario's world where it differs from that of the others. */
  readonly fixture?: (fixture: Fixture) => Fixture;
  /** Before the scenario begins. */
  readonly prepare?: (region: Region, fixture: Fixture) => Promise<void>;
  /** Before each step. */
  readonly beforeStep?: (given: BeforeStep) => void | Promise<void>;
  /** The step as it is sent here. */
  readonly request?: (request: unknown) => unknown;
  /** What a step's template says of what the stub made up. */
  readonly template?: (response: unknown) => unknown;
  /** What the scenario checks besides its steps. @throws what does not hold. */
  readonly verify?: (scenario: Scenario, expected: Expectation) => void;
}

export interface BeforeStep {
  readonly region: Region;
  readonly step: Step;
  readonly scenario: Scenario;
  /** Resolves the placeholders of a text, also those of earlier steps. */
  readonly resolve: (text: string) => string;
}
