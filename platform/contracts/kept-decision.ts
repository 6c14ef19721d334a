import type { DecisionRecord, Refusal } from '../objects/decision-record.ts';
import type { Candidate, Decision } from './scheduler.ts';

/** How many entries of a list are kept, and how many characters of a reason. */
const MAX_KEPT = 20;
const MAX_CHARACTERS = 200;

interface Outcome {
  /** Those of the cell that is asked, the first choice first; none: no host is left. */
  readonly asked: readonly Candidate[];
  readonly refusedByCells: readonly { readonly cellName: string; readonly reason: string }[];
}

/** What is kept of a decision. Names hosts and cells, so it is shown to operators only. */
export function decisionRecord(
  decision: Decision,
  { asked: [first, ...others], refusedByCells }: Outcome,
  now: number,
): DecisionRecord {
  const { refusals, hostsConsidered, hostsPassed = 0, nearest = [], silentCells } = decision;
  return {
    decidedAt: new Date(now).toISOString(),
    chosen:
      first === undefined
        ? null
        : { cellName: first.cellName, hostName: first.hostName, alternates: others.map(({ hostName }) => hostName) },
    hostsConsidered,
    hostsPassed,
    byFilter: counted(refusals, ({ filter }) => filter).map(([filter, hosts]) => ({ filter, hosts })),
    byCell: counted(refusals, ({ cellName }) => cellName).map(([cellName, hosts]) => ({ cellName, hosts })),
    refusals: refusals.slice(0, MAX_KEPT).map((refusal) => ({ ...refusal, reason: shortened(refusal.reason) })),
    nearest: nearest.map(({ misses, ...host }) => ({
      ...host,
      misses: misses.map((miss) => ({ ...miss, reason: shortened(miss.reason) })),
    })),
    refusedByCells: refusedByCells
      .slice(0, MAX_KEPT)
      .map(({ cellName, reason }) => ({ cellName, reason: shortened(reason) })),
    silentCells: silentCells.slice(0, MAX_KEPT),
  };
}

/** Hosts by what `of` says, most first. */
function counted(refusals: readonly Refusal[], of: (refusal: Refusal) => string): readonly [string, number][] {
  const hosts = new Map<string, number>();
  for (const refusal of refusals) hosts.set(of(refusal), (hosts.get(of(refusal)) ?? 0) + refusal.hosts);
  return [...hosts].sort((a, b) => b[1] - a[1]).slice(0, MAX_KEPT);
}

const shortened = (text: string): string =>
  text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
