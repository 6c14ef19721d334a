import { randomUUID } from 'node:crypto';
import {
  answerReservationChange,
  beginReservationChange,
  type QuotaReservation,
} from '#platform/directory/stores/reservation-changes.ts';
import { type ErrorKind, isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import { outcomeOf } from '#platform/rpc/outcome.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** After these errors the cell may have started the action, or may still start it. */
const UNCERTAIN: readonly ErrorKind[] = ['unavailable', 'deadline-exceeded', 'internal'];

/**
 * Asks the cell for an action that changes the quota reservation of a server. It reserves at least `atLeast` before it asks. The change stays
 * recorded in the directory until the cell is idle again.
 */
export async function withQuotaReservation(
  { directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>,
  { log }: ApiRequest,
  uuid: string,
  atLeast: QuotaReservation | null,
  ask: () => Promise<void>,
): Promise<void> {
  const change = { uuid, id: randomUUID() };
  await directory.transaction((tx) => beginReservationChange(tx, change, atLeast, clock.now()));
  const settle = () =>
    answerReservationChange(directory, change).catch((error: unknown) =>
      log.warn(
        { uuid, reason: messageOf(error) },
        'cannot settle the change of a quota reservation now; the super-conductor will',
      ),
    );
  try {
    await ask();
  } catch (error) {
    const isOver = isVolvoxError(error) && (!UNCERTAIN.includes(error.kind) || outcomeOf(error) === 'not-done');
    if (isOver) await settle();
    throw error;
  }
  await settle();
}
