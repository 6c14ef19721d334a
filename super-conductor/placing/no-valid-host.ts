import type { Decision, Refusal } from '#platform/contracts/scheduler.ts';
import type { Fault } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';

/** Why a cell refused a build. */
export interface CellRefusal {
  readonly cellName: string;
  readonly reason: string;
}

/** The fault that users see when no host was found: Nova's sentence, and after it what every host was refused for. */
export function noValidHost(decision: Decision, refusedByCells: readonly CellRefusal[], now: number): Fault {
  const said = [
    ...decision.refusals.map(({ hosts, cellName, reason }) => `${hosts} in ${cellName}: ${reason}`),
    ...refusedByCells.map(({ cellName, reason }) => `${cellName} refused: ${reason}`),
    ...decision.silentCells.map((name) => `${name} does not answer`),
  ];
  const hosts = `${decision.hostsConsidered} host${decision.hostsConsidered === 1 ? '' : 's'} considered`;
  return {
    code: 500,
    message: `No valid host was found. ${hosts}${said.length === 0 ? '' : ` (${said.join('; ')})`}.`,
    details: decision.refusals.map(line).join('\n') || null,
    createdAt: timestamp(now),
  };
}

const line = ({ filter, reason, cellName, hosts }: Refusal): string => `${filter}: ${reason} (${cellName}: ${hosts})`;

export const noAnswerInTime = (message: string | null, now: number): Fault => ({
  code: 500,
  message: 'No valid host was found. The build could not be placed in time.',
  details: message,
  createdAt: timestamp(now),
});
