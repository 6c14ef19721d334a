import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { AmountCheck } from './amount-checks.ts';
import type { Filter, Question, ServerGroups } from './filters/filter.ts';
import { RESOURCE_KEYS } from './host-columns.ts';
import type { HostKind } from './host-kind.ts';
import type { KindSurvey } from './kind-survey.ts';

/** A filter that checks something for a request. */
export interface Check {
  readonly filter: Filter;
  readonly question: Question;
}

/** What the filters say of the ordinary hosts of a kind. */
export interface Verdict {
  readonly kind: HostKind;
  /** The checks of amounts up to the refusal, in the sort order of the filters. */
  readonly amounts: readonly AmountCheck[];
  /** Refuses every host that passes these checks; null: they fit. */
  readonly refusal: { readonly filter: string; readonly reason: string } | null;
  /** The last survey of the kind by these checks of amounts. */
  survey: KindSurvey | null;
}

/** How many shapes of requests are remembered. */
const MAX_SHAPES = 64;

/**
 * The verdicts on each kind, for the last shapes of requests: those that differ only in the server and in the number of alternates have one shape.
 * So the filters are asked once for all servers of a multi-create, and only kinds that changed are surveyed again. Of one policy and one table.
 */
export class VerdictMemory {
  readonly #shapes = new Map<string, ShapeVerdicts>();

  of(request: SchedulingRequest, checks: readonly Check[], groups: ServerGroups): ShapeVerdicts {
    const shape = shapeOf(request, groups);
    const known = this.#shapes.get(shape);
    if (known !== undefined) return known;
    const [oldest] = this.#shapes.size < MAX_SHAPES ? [] : this.#shapes.keys();
    if (oldest !== undefined) this.#shapes.delete(oldest);
    const verdicts = new ShapeVerdicts(request, checks);
    this.#shapes.set(shape, verdicts);
    return verdicts;
  }
}

class ShapeVerdicts {
  readonly #checks: readonly (Check & { readonly amount: AmountCheck | null })[];
  readonly #known: (Verdict | undefined)[] = [];

  constructor({ resources }: SchedulingRequest, checks: readonly Check[]) {
    this.#checks = checks.map(({ filter, question }) => {
      const { name, capacity } = filter;
      if (capacity === undefined) return { filter, question, amount: null };
      const { key, tooLarge, tooFull } = capacity;
      const amount = { filter: name, at: RESOURCE_KEYS.indexOf(key), requested: resources[key], tooLarge, tooFull };
      return { filter, question, amount };
    });
  }

  on(kind: HostKind): Verdict {
    const known = this.#known[kind.at];
    if (known?.kind === kind) return known;
    const verdict = this.#ask(kind);
    this.#known[kind.at] = verdict;
    return verdict;
  }

  #ask(kind: HostKind): Verdict {
    const amounts: AmountCheck[] = [];
    for (const { filter, question, amount } of this.#checks) {
      if (amount !== null) {
        amounts.push(amount);
        continue;
      }
      const reason = question(kind.ordinary);
      if (reason !== null) return { kind, amounts, refusal: { filter: filter.name, reason }, survey: null };
    }
    return { kind, amounts, refusal: null, survey: null };
  }
}

function shapeOf(request: SchedulingRequest, groups: ServerGroups): string {
  const { serverGroup } = request;
  const hasMembers = serverGroup !== null && groups.groupHasMembers(serverGroup.id);
  return JSON.stringify([hasMembers, { ...request, instanceUuid: '', requestId: '', alternates: 0 }]);
}
