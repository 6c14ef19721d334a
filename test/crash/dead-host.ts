import type { ApiClient } from '../../deploy/client/api-client.ts';
import { hostsOf } from '../support/many-servers.ts';
import { waitUntil } from '../support/wait-until.ts';
import { SOURCE } from './crash-faults.ts';

const BACK_AFTER_MS = 60_000;

/** The host of the source cell that only servers to be evacuated are built on. */
export async function deadHost(admin: ApiClient): Promise<string> {
  const host = (await hostsOf(admin, SOURCE)).at(-1);
  if (host === undefined) throw new Error(`${SOURCE} has no hosts`);
  return host;
}

/**
 * An operator declares that host dead, or takes it back; asks again while the region does not answer. Its agent lives, so that an evacuation
 * meets what is worst for it: a host that was declared dead and runs its guests.
 */
export async function declareDead(admin: ApiClient, isDead: boolean): Promise<void> {
  const declare = async (): Promise<true> => {
    const { services } = await admin.call('compute', 'GET /os-services', {
      query: { binary: 'nova-compute', host: await deadHost(admin) },
    });
    const [service] = services;
    if (service === undefined || !('id' in service)) throw new Error('the cell does not tell of its host');
    await admin.call('compute', 'PUT /os-services/{id}', { path: { id: service.id }, body: { forced_down: isDead } });
    return true;
  };
  await waitUntil('the declaration about a host', declare, BACK_AFTER_MS, 200);
}
