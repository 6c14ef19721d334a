import type { Scenario } from './scenarios.ts';

/** Why scenarios are not replayed, by name. Whoever offers what a line misses takes it away. */
const SKIPPED: readonly { readonly name: RegExp; readonly reason: string }[] = [];

/** The reason not to replay it, or undefined. */
export function skipReason(scenario: Scenario): string | undefined {
  if (scenario.internals.length > 0) return 'needed something stubbed inside Nova';
  return SKIPPED.find(({ name }) => name.test(scenario.name))?.reason;
}
