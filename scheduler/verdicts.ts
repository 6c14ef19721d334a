import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { AmountCheck } from './amount-checks.ts';
import type { Filter, Question, ServerGroups } from './filters/filter.ts';
import { GUEST, LOAD, LOAD_KEYS, RESOURCE_KEYS } from './host-columns.ts';
import type { HostKind } from './host-kind.ts';
import type { HostView } from './host-view.ts';
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
  /** Null: not counted yet. */
  misses: KindMisses | null;
}

/** Why none of the ordinary hosts of a kind fits. */
interface KindMisses {
  /** How many filters refuse each of them, apart from checks of amounts. */
  readonly refusing: number;
  /** The checks of amounts of each filter that has any: all of them, not only those up to a refusal. */
  readonly amounts: readonly (readonly AmountCheck[])[];
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

export class ShapeVerdicts {
  readonly #checks: readonly Check[];
  readonly #resources: Resources;
  readonly #known: (Verdict | undefined)[] = [];

  constructor({ resources }: SchedulingRequest, checks: readonly Check[]) {
    this.#checks = checks;
    this.#resources = resources;
  }

  on(kind: HostKind): Verdict {
    const known = this.#known[kind.at];
    if (known?.kind === kind) return known;
    const verdict = this.#ask(kind);
    this.#known[kind.at] = verdict;
    return verdict;
  }

  missesOn(kind: HostKind): KindMisses {
    const verdict = this.on(kind);
    verdict.misses ??= this.#count(kind);
    return verdict.misses;
  }

  #count(kind: HostKind): KindMisses {
    let refusing = 0;
    const amounts: (readonly AmountCheck[])[] = [];
    for (const { filter, question } of this.#checks) {
      const ofAmounts = amountChecksOf(filter, this.#resources, kind.ordinary);
      if (ofAmounts.length > 0) amounts.push(ofAmounts);
      else if (question(kind.ordinary) !== null) refusing += 1;
    }
    return { refusing, amounts };
  }

  #ask(kind: HostKind): Verdict {
    const amounts: AmountCheck[] = [];
    for (const { filter, question } of this.#checks) {
      const ofAmounts = amountChecksOf(filter, this.#resources, kind.ordinary);
      if (ofAmounts.length > 0) {
        amounts.push(...ofAmounts);
        continue;
      }
      const reason = question(kind.ordinary);
      if (reason !== null)
        return { kind, amounts, refusal: { filter: filter.name, reason }, survey: null, misses: null };
    }
    return { kind, amounts, refusal: null, survey: null, misses: null };
  }
}

/** What a filter compares with the amounts of the hosts of a kind; empty: it is asked. */
function amountChecksOf(
  { name: filter, capacity, limit }: Filter,
  resources: Resources,
  ordinary: HostView,
): readonly AmountCheck[] {
  if (capacity !== undefined) {
    const at = RESOURCE_KEYS.indexOf(capacity.key);
    const range = { min: resources[capacity.key], max: Number.POSITIVE_INFINITY };
    return [
      { filter, at: GUEST + at, ...range, reason: capacity.tooLarge },
      { filter, at, ...range, reason: capacity.tooFull },
    ];
  }
  if (limit === undefined) return [];
  const range = { min: Number.NEGATIVE_INFINITY, max: limit.of(ordinary) - 1 };
  return [{ filter, at: LOAD + LOAD_KEYS.indexOf(limit.key), ...range, reason: limit.reached }];
}

function shapeOf(request: SchedulingRequest, groups: ServerGroups): string {
  const { serverGroup } = request;
  const hasMembers = serverGroup !== null && groups.groupHasMembers(serverGroup.id);
  return JSON.stringify([hasMembers, { ...request, instanceUuid: '', requestId: '', alternates: 0 }]);
}
