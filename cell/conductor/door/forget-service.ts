import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { forgetConductor, forgetHost } from '../../database/stores/forgotten-hosts.ts';
import type { ConductorParts } from '../parts.ts';

const REFUSALS = {
  hosting: 'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
  migrating:
    'Unable to delete compute service that has in-progress migrations. Complete the migrations or delete the instances first.',
} as const;

/**
 * Forgets a host of the cell, or a conductor. Its agents keep their keys: one that still runs brings its host back with its next announcement.
 * @throws VolvoxError not-found; conflict, with Nova's words, while instances or migrations need the host.
 */
export async function forgetService(parts: ConductorParts, id: string): Promise<void> {
  const refusal = await parts.database.transaction(async (tx) => {
    const why = await forgetHost(tx, id);
    return why === 'unknown' && (await forgetConductor(tx, id)) ? null : why;
  });
  if (refusal === 'unknown') throw new VolvoxError('not-found', `Service ${id} could not be found.`);
  if (refusal !== null) throw new VolvoxError('conflict', REFUSALS[refusal]);
  parts.hosts.changed([id]);
  parts.log.info({ service: id }, 'an admin has deleted the record of a service');
}
