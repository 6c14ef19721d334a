import type { ConvergeContext, Found, Selection, Subject, Wanted } from '../../../../cell/agent/subject.ts';

export interface WantedThing extends Wanted {
  readonly id: string;
  readonly end: boolean;
}
export interface FoundThing extends Found {
  readonly id: string;
}
export type ThingSubject = Subject<WantedThing, FoundThing>;

export const aThing = (id: string, generation = 1, rest: Partial<WantedThing> = {}): WantedThing => ({
  id,
  generation,
  epoch: 1,
  end: false,
  ...rest,
});
export const done = (wanted: WantedThing, rest: Partial<FoundThing> = {}): FoundThing => ({
  id: wanted.id,
  generation: wanted.generation,
  settled: true,
  error: null,
  ...rest,
});

/** A subject whose parts a test replaces; by default everything succeeds at once. */
export function aSubject(parts: {
  parallel?: number;
  fetch?: (selection: Selection) => Promise<readonly WantedThing[]>;
  report?: (found: readonly FoundThing[]) => Promise<void>;
  converge?: (wanted: WantedThing, context: ConvergeContext<FoundThing>) => Promise<FoundThing>;
}): ThingSubject {
  return {
    name: 'things',
    parallel: parts.parallel ?? 8,
    wantedKey: (wanted) => wanted.id,
    foundKey: (found) => found.id,
    fetch: parts.fetch ?? (async () => []),
    report: parts.report ?? (async () => undefined),
    converge: parts.converge ?? (async (wanted) => done(wanted)),
    failed: (wanted, error) =>
      done(wanted, { settled: false, error: { message: String(error), details: null, permanent: false } }),
    isEnd: (wanted) => wanted.end,
  };
}
