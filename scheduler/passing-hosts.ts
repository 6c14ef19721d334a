import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { AmountCheck } from './amount-checks.ts';
import { Extent } from './extent.ts';
import type { Dimensions } from './frontier.ts';
import type { HostKind } from './host-kind.ts';
import { type KindSurvey, newSurvey, surveyKind } from './kind-survey.ts';
import { RefusalCount } from './refusal-count.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';
import type { SharedWeights } from './shared-weights.ts';
import type { Snapshot } from './snapshot.ts';
import type { Check, ShapeVerdicts, Verdict, VerdictMemory } from './verdicts.ts';
import { scalesOf, type WeightScale } from './weight-scale.ts';

/** A kind of which some hosts passed, apart from those that were asked one by one. */
export interface PassingKind {
  readonly kind: HostKind;
  readonly weights: SharedWeights;
  /** Null: its frontier does not have the best host. */
  readonly dimensions: Dimensions | null;
  /** The extent of those that passed. */
  readonly passing: Extent;
  /** What its hosts must pass; empty: all of them passed. */
  readonly amounts: readonly AmountCheck[];
}

export interface PassingCell {
  readonly cellId: string;
  /** How many passed. */
  hosts: number;
  readonly kinds: PassingKind[];
  /** The rows of those that passed when they were asked one by one. */
  readonly rows: number[];
}

/**
 * The hosts that pass all filters for a request, by cell, with the counted refusals of the others and the scales of the weighers. The filters are
 * asked once for each kind of hosts; amounts are compared for whole kinds, then for buckets, and host by host only where hosts of one
 * bucket differ. Hosts that the request names, that have members of its server group, or servers of images that are weighed, are asked one by one.
 */
export class PassingHosts {
  readonly refusals = new RefusalCount();
  readonly cells = new Map<string, PassingCell>();
  readonly scales: readonly WeightScale[];
  /** The mark of the hosts, buckets and kinds that were asked one by one. */
  readonly decision: number;
  considered = 0;
  /** How many passed. */
  passed = 0;
  /** What the request has the filters check. */
  readonly checks: readonly Check[];
  /** Of those that were asked one by one. */
  readonly refusedRows: number[] = [];
  /** What the filters said of kinds; null: all hosts were asked one by one. */
  readonly verdicts: ShapeVerdicts | null;
  /** Of the hosts of kinds that passed. */
  readonly #extentOfKinds = new Extent();
  readonly #weightsOfKinds = new Set<SharedWeights>();
  readonly #request: SchedulingRequest;
  readonly #snapshot: Snapshot;

  constructor(request: SchedulingRequest, snapshot: Snapshot, policy: SchedulingPolicy, memory: VerdictMemory) {
    const { table } = snapshot;
    this.#request = request;
    this.#snapshot = snapshot;
    this.scales = scalesOf(request, policy);
    this.decision = table.nextDecision();
    this.checks = policy.filters.flatMap((filter) => {
      const question = filter.question(request, table);
      return question === null ? [] : [{ filter, question }];
    });
    const asksAll = this.checks.some(({ filter }) => filter.asksEveryHost?.(request) === true);
    for (const row of asksAll ? table.rows() : this.#namedRows()) this.#askHost(row);
    this.verdicts = asksAll ? null : memory.of(request, this.checks, this.scales, table);
    if (this.verdicts === null) return;
    const asksAllKinds = request.onlyCellId === null && snapshot.silentCells.size === 0;
    for (const kind of table.kinds) {
      if (asksAllKinds || this.isConsidered(kind)) this.#askKind(this.verdicts.on(kind));
    }
    this.#includeKinds();
  }

  isConsidered({ cell }: HostKind): boolean {
    const { onlyCellId } = this.#request;
    return (onlyCellId === null || cell.id === onlyCellId) && !this.#snapshot.silentCells.has(cell.id);
  }

  /** Each once. */
  #namedRows(): Iterable<number> {
    const { table } = this.#snapshot;
    const rows = new Set<number>();
    for (const { filter } of this.checks) {
      for (const name of filter.names?.(this.#request) ?? []) for (const row of table.named(name)) rows.add(row);
    }
    for (const { images } of this.scales) {
      for (const property of images) for (const row of table.withImages(property)) rows.add(row);
    }
    const { serverGroup } = this.#request;
    if (serverGroup !== null) for (const row of table.withMembers(serverGroup.id)) rows.add(row);
    return rows;
  }

  #askHost(row: number): void {
    const { table } = this.#snapshot;
    const [view, bucket] = [table.view(row), table.bucket(row)];
    const { kind } = bucket;
    if (!this.isConsidered(kind)) return;
    this.considered += 1;
    if (kind.mark !== this.decision) kind.marked = 0;
    kind.marked += 1;
    kind.mark = this.decision;
    bucket.mark = this.decision;
    table.columns.marks[row] = this.decision;
    for (const { filter, question } of this.checks) {
      const reason = question(view);
      if (reason === null) continue;
      this.refusals.add(filter.name, reason, kind.cell.name);
      this.refusedRows.push(row);
      return;
    }
    for (const scale of this.scales) scale.includeValue(scale.value(view));
    const cell = this.#cellOf(kind);
    cell.hosts += 1;
    this.passed += 1;
    cell.rows.push(row);
  }

  #askKind(verdict: Verdict): void {
    const { kind, amounts, refusal, weights } = verdict;
    const asked = kind.mark === this.decision ? kind.marked : 0;
    this.considered += kind.size - asked;
    if (kind.size === asked) return;
    const { passing, passed, refused } = this.#survey(verdict);
    for (let outcome = 0; outcome < refused.length; outcome++) {
      const hosts = refused[outcome] as number;
      if (hosts > 0) this.#refuse(kind, amounts, outcome, hosts);
    }
    if (passed === 0) return;
    if (refusal !== null) {
      this.refusals.add(refusal.filter, refusal.reason, kind.cell.name, passed);
      return;
    }
    this.#extentOfKinds.include(passing);
    this.#weightsOfKinds.add(weights);
    const cell = this.#cellOf(kind);
    cell.hosts += passed;
    this.passed += passed;
    const dimensions = asked > 0 ? null : verdict.dimensions;
    cell.kinds.push({ kind, weights, dimensions, passing, amounts: passed + asked === kind.size ? [] : amounts });
  }

  /** The scales include what the hosts of kinds have. */
  #includeKinds(): void {
    const [extent, weights] = [this.#extentOfKinds, this.#weightsOfKinds];
    if (weights.size === 0) return;
    for (const [position, scale] of this.scales.entries()) {
      if (scale.at >= 0) scale.include(extent.min(scale.at), extent.max(scale.at));
      else for (const { values } of weights) scale.includeValue(values[position] as number);
    }
  }

  #survey(verdict: Verdict): KindSurvey {
    const { kind, amounts, kept } = verdict;
    const { survey } = kept;
    const isMarked = kind.mark === this.decision;
    if (!isMarked && survey?.version === kind.version) return survey;
    const now = isMarked || survey === null ? newSurvey(amounts) : survey;
    surveyKind(now, kind, amounts, this.#snapshot.table.columns, this.decision);
    if (!isMarked) kept.survey = now;
    return now;
  }

  #refuse({ cell }: HostKind, amounts: readonly AmountCheck[], outcome: number, hosts: number): void {
    const check = amounts[outcome];
    if (check !== undefined) this.refusals.add(check.filter, check.reason, cell.name, hosts);
  }

  #cellOf({ cell }: HostKind): PassingCell {
    let passing = this.cells.get(cell.id);
    if (passing === undefined) {
      passing = { cellId: cell.id, hosts: 0, kinds: [], rows: [] };
      this.cells.set(cell.id, passing);
    }
    return passing;
  }
}
