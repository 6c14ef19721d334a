import type { Candidate } from '#platform/contracts/scheduler.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { DoorRequests } from './door-requests.ts';

/**
 * accepted: the cell holds it at this epoch. refused: it wrote nothing, for certain. unknown: whether it has it cannot be said now; the
 * same question with the same epoch may be asked again, and asking another cell needs a higher epoch.
 */
type CellAnswer =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

interface CellQuestion {
  readonly build: InstanceBuild;
  readonly epoch: number;
  /** All of this cell, best first. */
  readonly candidates: readonly Candidate[];
}

/** No host has this id: asks "do you have it?" without making it. */
const NO_HOST = '00000000-0000-0000-0000-000000000000';

/** A cell that is unreachable or broken is an answer, never an exception. */
export async function askCell(doorRequests: DoorRequests, cell: CellDoor, question: CellQuestion): Promise<CellAnswer> {
  const { build, epoch, candidates } = question;
  const [first, ...others] = candidates;
  const request = {
    build,
    epoch,
    hostId: first?.hostId ?? NO_HOST,
    alternates: others.map((candidate) => candidate.hostId),
    zone: first?.zone ?? null,
  };
  try {
    const answer = await doorRequests.give(cell, request);
    return answer.accepted ? { outcome: 'accepted' } : { outcome: 'refused', reason: answer.message };
  } catch (error) {
    const refused = isVolvoxError(error) && NOTHING_WRITTEN.includes(error.kind);
    return { outcome: refused ? 'refused' : 'unknown', reason: messageOf(error) };
  }
}

/** Kinds that a door answers before it has written anything. */
const NOTHING_WRITTEN: readonly string[] = ['invalid', 'too-large', 'unauthenticated', 'forbidden', 'unsupported'];

export const probeCell = (
  doorRequests: DoorRequests,
  cell: CellDoor,
  question: Omit<CellQuestion, 'candidates'>,
): Promise<CellAnswer> => askCell(doorRequests, cell, { ...question, candidates: [] });
