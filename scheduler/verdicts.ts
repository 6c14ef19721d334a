import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { AmountCheck } from './amount-checks.ts';
import type { Filter, Question, ServerGroups } from './filters/filter.ts';
import { Dimensions } from './frontier.ts';
import { GUEST, LOAD, LOAD_KEYS, RESOURCE_KEYS } from './host-columns.ts';
import type { HostKind } from './host-kind.ts';
import type { HostView } from './host-view.ts';
import type { KindSurvey } from './kind-survey.ts';
import { KnownWeights, type SharedWeights } from './shared-weights.ts';
import type { WeightScale } from './weight-scale.ts';

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
  /** What the weighers say of them. */
  readonly weights: SharedWeights;
  /** Of the weighers and of these checks of amounts. */
  readonly dimensions: Dimensions | null;
  /** The last survey of the kind by these checks of amounts. Shapes that have the same checks have the same. */
  readonly kept: KeptSurvey;
  /** Null: not counted yet. */
  misses: KindMisses | null;
}

interface KeptSurvey {
  readonly kind: HostKind;
  survey: KindSurvey | null;
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
  readonly #surveys = new KeptSurveys();

  of(
    request: SchedulingRequest,
    checks: readonly Check[],
    scales: readonly WeightScale[],
    groups: ServerGroups,
  ): ShapeVerdicts {
    const shape = shapeOf(request, groups);
    const known = this.#shapes.get(shape);
    if (known !== undefined) return known;
    const [oldest] = this.#shapes.size < MAX_SHAPES ? [] : this.#shapes.keys();
    if (oldest !== undefined) this.#shapes.delete(oldest);
    const verdicts = new ShapeVerdicts(request, checks, scales, this.#surveys);
    this.#shapes.set(shape, verdicts);
    return verdicts;
  }
}

/** The last surveys of kinds, by the checks of amounts: the servers of one flavor have the same, whatever their projects and images are. */
class KeptSurveys {
  readonly #kept = new Map<string, (KeptSurvey | undefined)[]>();

  of(kind: HostKind, amounts: readonly AmountCheck[]): KeptSurvey {
    const key = amounts.map(({ at, min, max }) => `${at} ${min} ${max}`).join();
    let ofChecks = this.#kept.get(key);
    if (ofChecks === undefined) {
      const [oldest] = this.#kept.size < MAX_SHAPES ? [] : this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
      ofChecks = [];
      this.#kept.set(key, ofChecks);
    }
    let kept = ofChecks[kind.at];
    if (kept?.kind !== kind) {
      kept = { kind, survey: null };
      ofChecks[kind.at] = kept;
    }
    return kept;
  }
}

export class ShapeVerdicts {
  readonly #checks: readonly Check[];
  readonly #resources: Resources;
  readonly #scales: readonly WeightScale[];
  readonly #weights = new KnownWeights();
  readonly #surveys: KeptSurveys;
  readonly #known: (Verdict | undefined)[] = [];

  constructor(
    { resources }: SchedulingRequest,
    checks: readonly Check[],
    scales: readonly WeightScale[],
    surveys: KeptSurveys,
  ) {
    this.#surveys = surveys;
    this.#checks = checks;
    this.#scales = scales;
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

  #keep({ kind, amounts }: Pick<Verdict, 'kind' | 'amounts'>): KeptSurvey {
    return this.#surveys.of(kind, amounts);
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
    const weights = this.#weights.of(this.#scales, kind.ordinary);
    const rest = { kind, amounts, weights, misses: null };
    for (const { filter, question } of this.#checks) {
      const ofAmounts = amountChecksOf(filter, this.#resources, kind.ordinary);
      if (ofAmounts.length > 0) {
        amounts.push(...ofAmounts);
        continue;
      }
      const reason = question(kind.ordinary);
      if (reason !== null)
        return { ...rest, kept: this.#keep(rest), dimensions: null, refusal: { filter: filter.name, reason } };
    }
    const dimensions = Dimensions.of(weights.weighed, amounts);
    return { ...rest, kept: this.#keep(rest), dimensions, refusal: null };
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
