import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { ServerAction } from '../../deploy/client/views.ts';
import type { Random } from '../simulation/kernel/random.ts';
import { actOn, beginMove, newServer } from '../support/server-calls.ts';

/** What the calls choose from. */
export interface Stock {
  readonly admin: ApiClient;
  readonly random: Random;
  readonly image: string;
  readonly network: string;
  readonly flavors: readonly string[];
  readonly cells: readonly string[];
  /** The servers of now; a call that deletes one puts another in its place. */
  readonly servers: string[];
}

/** One kind of call. `weight`: how often it is chosen, compared with the others. */
interface Call {
  readonly name: string;
  readonly weight: number;
  send(stock: Stock, server: string): Promise<unknown>;
}

const action = (name: string, bodyOf: (stock: Stock) => ServerAction, weight = 2): Call => ({
  name,
  weight,
  send: (stock, server) => actOn(stock.admin, server, bodyOf(stock)),
});
const one = <T>({ random }: Stock, values: readonly T[]): T => {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error('there is nothing to choose from');
  return value;
};

export const createOne = ({ admin, image, network, flavors }: Stock): Promise<string> =>
  newServer(admin, {
    name: 'soak',
    imageRef: image,
    flavorRef: flavors[0] ?? '1',
    networks: [{ uuid: network }],
  });

async function attach({ admin, network }: Stock, id: string): Promise<void> {
  const body = { interfaceAttachment: { net_id: network } };
  await admin.call('compute', 'POST /servers/{id}/os-interface', { path: { id }, body });
}

async function detach({ admin }: Stock, id: string): Promise<void> {
  const path = { id };
  const { interfaceAttachments } = await admin.call('compute', 'GET /servers/{id}/os-interface', { path });
  const port = interfaceAttachments.at(-1)?.port_id;
  if (port !== undefined)
    await admin.call('compute', 'DELETE /servers/{id}/os-interface/{port}', { path: { id, port } });
}

async function replace(stock: Stock, id: string): Promise<void> {
  await stock.admin.call('compute', 'DELETE /servers/{id}', { path: { id } });
  const made = await createOne(stock);
  const at = stock.servers.indexOf(id);
  if (at >= 0) stock.servers[at] = made;
  else stock.servers.push(made);
}

/** Every call that changes a server, and a look at it. */
const CALLS: readonly Call[] = [
  action('os-stop', () => ({ 'os-stop': null })),
  action('os-start', () => ({ 'os-start': null })),
  action('reboot', (stock) => ({ reboot: { type: one(stock, ['SOFT', 'HARD'] as const) } }), 4),
  action('pause', () => ({ pause: null })),
  action('unpause', () => ({ unpause: null })),
  action('suspend', () => ({ suspend: null })),
  action('resume', () => ({ resume: null })),
  action('rescue', () => ({ rescue: null })),
  action('unrescue', () => ({ unrescue: null })),
  action('rebuild', ({ image }) => ({ rebuild: { imageRef: image } })),
  action('resize', (stock) => ({ resize: { flavorRef: one(stock, stock.flavors) } })),
  action('confirmResize', () => ({ confirmResize: null })),
  action('revertResize', () => ({ revertResize: null })),
  action('createImage', () => ({ createImage: { name: 'soak' } })),
  action('createBackup', () => ({ createBackup: { name: 'soak', backup_type: 'daily', rotation: 1 } })),
  action('shelve', () => ({ shelve: null })),
  action('shelveOffload', () => ({ shelveOffload: null })),
  action('unshelve', () => ({ unshelve: null })),
  action('migrate', () => ({ migrate: null })),
  action('os-migrateLive', () => ({ 'os-migrateLive': { host: null, block_migration: 'auto' } })),
  action('lock', () => ({ lock: null }), 1),
  action('unlock', () => ({ unlock: null }), 1),
  action('os-resetState', (stock) => ({ 'os-resetState': { state: one(stock, ['active', 'error'] as const) } }), 1),
  { name: 'attach', weight: 3, send: attach },
  { name: 'detach', weight: 3, send: detach },
  { name: 'move', weight: 1, send: (stock, server) => beginMove(stock.admin, server, one(stock, stock.cells)) },
  { name: 'delete and create', weight: 2, send: replace },
  { name: 'show', weight: 2, send: ({ admin }, id) => admin.call('compute', 'GET /servers/{id}', { path: { id } }) },
];

const TOTAL = CALLS.reduce((sum, { weight }) => sum + weight, 0);

export function chooseCall(random: Random): Call {
  let left = random.below(TOTAL);
  const chosen = CALLS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  if (chosen === undefined) throw new Error('the weights of the calls do not add up');
  return chosen;
}
