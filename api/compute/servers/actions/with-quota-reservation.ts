import { randomUUID } from 'node:crypto';
import { answerHoldChange, beginHoldChange, type Hold } from '#platform/directory/stores/hold-changes.ts';
import { type ErrorKind, isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** After these the cell may have begun, or begin yet, what it was asked for. */
const UNCERTAIN: readonly ErrorKind[] = ['unavailable', 'deadline-exceeded', 'internal'];

/** Asks the cell, with what it may need held before, and the change noted until the cell is at rest again. */
export async function withQuotaReservation(
  { directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>,
  { log }: ApiRequest,
  uuid: string,
  atLeast: Hold | null,
  ask: () => Promise<void>,
): Promise<void> {
  const change = { uuid, id: randomUUID() };
  await directory.transaction((tx) => beginHoldChange(tx, change, atLeast, clock.now()));
  const answered = () =>
    answerHoldChange(directory, change).catch((error: unknown) =>
      log.warn({ uuid, reason: messageOf(error) }, 'a change of what a server holds is settled later'),
    );
  try {
    await ask();
  } catch (error) {
    if (isVolvoxError(error) && !UNCERTAIN.includes(error.kind)) await answered();
    throw error;
  }
  await answered();
}
