import type { ConvergeContext, Desired, Observed, Selection, Subject } from '../../../../cell/agent/subject.ts';

interface DesiredThing extends Desired {
  readonly id: string;
  readonly end: boolean;
}
export interface ObservedThing extends Observed {
  readonly id: string;
}
export type ThingSubject = Subject<DesiredThing, ObservedThing>;

export const aThing = (id: string, generation = 1, rest: Partial<DesiredThing> = {}): DesiredThing => ({
  id,
  generation,
  epoch: 1,
  end: false,
  ...rest,
});
export const done = (desired: DesiredThing, rest: Partial<ObservedThing> = {}): ObservedThing => ({
  id: desired.id,
  generation: desired.generation,
  settled: true,
  error: null,
  ...rest,
});

/** A subject whose parts a test replaces; by default everything succeeds at once. */
export function aSubject(parts: {
  parallel?: number;
  fetch?: (selection: Selection) => Promise<readonly DesiredThing[]>;
  report?: (observed: readonly ObservedThing[]) => Promise<void>;
  converge?: (desired: DesiredThing, context: ConvergeContext<ObservedThing>) => Promise<ObservedThing>;
}): ThingSubject {
  return {
    name: 'things',
    parallel: parts.parallel ?? 8,
    desiredKey: (desired) => desired.id,
    observedKey: (observed) => observed.id,
    fetch: parts.fetch ?? (async () => []),
    report: parts.report ?? (async () => undefined),
    converge: parts.converge ?? (async (desired) => done(desired)),
    failed: (desired, error) =>
      done(desired, { settled: false, error: { message: String(error), details: null, permanent: false } }),
    isEnd: (desired) => desired.end,
  };
}
