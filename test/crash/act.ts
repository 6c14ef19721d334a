import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { ServerAction } from '../../deploy/client/views.ts';
import { actOn, beginMove } from '../support/server-calls.ts';
import { TARGET } from './crash-faults.ts';
import { MADE_IMAGE } from './made-images.ts';
import type { Action } from './table-rows.ts';

/** Begins an action on a server. */
export async function act(admin: ApiClient, id: string, action: Action): Promise<void> {
  switch (action) {
    case 'build':
      throw new Error('a build is no action on a server');
    case 'softDelete':
      await admin.call('compute', 'DELETE /servers/{id}', { path: { id } });
      return;
    case 'attach':
      return beginAttachment(admin, id);
    case 'detach':
      return detachLast(admin, id);
    case 'move':
      await beginMove(admin, id, TARGET);
      return;
    case 'rebuild': {
      const { server } = await admin.call('compute', 'GET /servers/{id}', { path: { id } });
      await actOn(admin, id, { rebuild: { imageRef: server.image.id } });
      return;
    }
    default:
      await actOn(admin, id, BODIES[action]);
  }
}

type ByBody = Exclude<Action, 'build' | 'softDelete' | 'attach' | 'detach' | 'move' | 'rebuild'>;
const BODIES: Readonly<Record<ByBody, ServerAction>> = {
  delete: { forceDelete: null },
  restore: { restore: null },
  rescue: { rescue: null },
  unrescue: { unrescue: null },
  createImage: { createImage: { name: MADE_IMAGE } },
  createBackup: { createBackup: { name: MADE_IMAGE, backup_type: 'daily', rotation: 1 } },
  shelve: { shelve: null },
  unshelve: { unshelve: null },
  resize: { resize: { flavorRef: '2' } },
  confirm: { confirmResize: null },
  revert: { revertResize: null },
  liveMigrate: { 'os-migrateLive': { host: null, block_migration: 'auto' } },
  evacuate: { evacuate: {} },
};

const NETWORK = 'private';
async function theNetwork(admin: ApiClient): Promise<string> {
  const { networks } = await admin.call('network', 'GET /v2.0/networks', { query: { name: NETWORK } });
  const [network] = networks;
  if (network === undefined) throw new Error(`the region has no network ${NETWORK}`);
  return network.id;
}

const ATTACH = 'POST /servers/{id}/os-interface';

/** Attaches a port that is made for the server, and waits for it. */
export async function attachPort(admin: ApiClient, id: string): Promise<void> {
  const interfaceAttachment = { net_id: await theNetwork(admin) };
  await admin.call('compute', ATTACH, { path: { id }, body: { interfaceAttachment } });
}

/** A port that the user has made: to give it back locks nothing that the operations of other rows wait for. */
async function beginAttachment(admin: ApiClient, id: string): Promise<void> {
  const body = { port: { network_id: await theNetwork(admin) } };
  const made = await admin.call('network', 'POST /v2.0/ports', { body });
  if (!('port' in made)) throw new Error('the API did not say which port it made');
  // The request waits for the end of the attachment, which the server itself tells in the end.
  const asked = { path: { id }, body: { interfaceAttachment: { port_id: made.port.id } } };
  void admin.call('compute', ATTACH, asked).catch(() => undefined);
}

async function detachLast(admin: ApiClient, id: string): Promise<void> {
  const { interfaceAttachments: ports } = await admin.call('compute', 'GET /servers/{id}/os-interface', {
    path: { id },
  });
  const port = ports.at(-1)?.port_id;
  if (port === undefined || ports.length !== 2) throw new Error(`${id} has ${ports.length} ports`);
  await admin.call('compute', 'DELETE /servers/{id}/os-interface/{port}', { path: { id, port } });
}
