import type { Decision } from '#platform/contracts/scheduler.ts';
import type { NearMiss, Refusal } from '#platform/objects/decision-record.ts';
import type { Fault } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';

/** Why a cell did not take a build. */
export interface CellRefusal {
  readonly cellName: string;
  readonly reason: string;
  /** It refused, or it did not answer. */
  readonly outcome: 'refused' | 'silent';
}

/**
 * The fault that users see when no host was found: Nova's sentence, after it what hosts were refused for, and what the nearest of them miss. The message
 * names no host and no cell; the details, which admins see, name the cells.
 */
export function noValidHost(decision: Decision, refusedByCells: readonly CellRefusal[], now: number): Fault {
  const silent = new Set([
    ...decision.silentCells,
    ...refusedByCells.filter(({ outcome }) => outcome === 'silent').map(({ cellName }) => cellName),
  ]);
  const refused = new Set(
    refusedByCells.filter(({ outcome }) => outcome === 'refused').map(({ cellName }) => cellName),
  );
  const said = [
    ...byReason(decision.refusals).map(([reason, hosts]) => `${hosts}: ${reason}`),
    ...(refused.size === 0 ? [] : [`${cells(refused.size)} refused the server`]),
    ...(silent.size === 0 ? [] : [`${cells(silent.size)} did not answer`]),
  ];
  const hosts = `${decision.hostsConsidered} host${decision.hostsConsidered === 1 ? '' : 's'} considered`;
  const details = [
    ...decision.refusals.map(line),
    ...refusedByCells.map(({ cellName, reason }) => `${cellName}: ${reason}`),
    ...decision.silentCells.map((name) => `${name}: it does not answer`),
  ];
  return {
    code: 500,
    message: `No valid host was found. ${hosts}${said.length === 0 ? '' : ` (${said.join('; ')})`}.${wouldFitIf(decision.nearest)}`,
    details: details.join('\n') || null,
    createdAt: timestamp(now),
  };
}

const cells = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

/** Most hosts first. */
function byReason(refusals: readonly Refusal[]): readonly [string, number][] {
  const hosts = new Map<string, number>();
  for (const { reason, hosts: more } of refusals) hosts.set(reason, (hosts.get(reason) ?? 0) + more);
  return [...hosts].sort((a, b) => b[1] - a[1]);
}

/** ` Nearest misses: 512 MB of RAM too few and 1 VCPUs too few; it is disabled.`, each once. */
function wouldFitIf(nearest: readonly NearMiss[] = []): string {
  const said = new Set(nearest.map(({ misses }) => misses.map(({ reason }) => reason).join(' and ')));
  return said.size === 0 ? '' : ` Nearest misses: ${[...said].join('; ')}.`;
}

const line = ({ filter, reason, cellName, hosts }: Refusal): string => `${filter}: ${reason} (${cellName}: ${hosts})`;

export const noAnswerInTime = (message: string | null, now: number): Fault => ({
  code: 500,
  message: 'No valid host was found. The build could not be placed in time.',
  details: message,
  createdAt: timestamp(now),
});
