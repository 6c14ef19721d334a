import { Type } from 'typebox';
import { call, contract } from '#platform/contracts/contract.ts';
import { MOVE_SERVER, ROUTE_BUILD } from '#platform/contracts/global-operations.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { acceptMove } from '#platform/directory/stores/homes/moving.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { timestamp } from '#platform/time/clock.ts';
import { createCaches } from '../../../api/caches.ts';
import { serverActions } from '../../../api/compute/servers/actions/index.ts';
import { createAccept } from '../../../api/compute/servers/create/accept.ts';
import { deleteServer } from '../../../api/compute/servers/delete/delete-server.ts';
import { interfaceChangeRoutes } from '../../../api/compute/servers/interfaces/change-routes.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { Links } from '../../../api/http/links.ts';
import type { ApiRequest } from '../../../api/http/route.ts';
import { DEFAULT_POLICIES } from '../../../api/policies/policy-set.ts';
import type { Life } from '../kernel/kernel.ts';
import { openSimulatedDatabase } from '../store/simulated-database.ts';
import { buildTemplate, PROJECT, REBUILD_IMAGE, THE_NETWORK, USER } from './seed.ts';
import { SCHEDULER, simulatedDoors } from './super-conductor.ts';
import type { World } from './world.ts';

export const API = 'api';
const ANY = Type.Any();
const DEADLINE = { deadlineMs: 30_000 };

/** What the simulated user may ask for; behind it stand the handlers of the REST API. */
export const apiContract = contract({
  name: 'api',
  version: 1,
  oldest: 1,
  calls: {
    create: call(Type.Object({ uuid: Type.String(), flavor: Type.String() }), ANY, DEADLINE),
    remove: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    act: call(Type.Object({ uuid: Type.String(), kind: Type.String() }), ANY, DEADLINE),
    resize: call(Type.Object({ uuid: Type.String(), flavor: Type.String() }), ANY, DEADLINE),
    confirm: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    revert: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    /** An admin writes that it is an ERROR. */
    reset: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    move: call(Type.Object({ uuid: Type.String(), toCellId: Type.String() }), ANY, DEADLINE),
    attach: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    detach: call(Type.Object({ uuid: Type.String(), port: Type.String() }), ANY, DEADLINE),
    /** By an admin. */
    shelveOffload: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    liveMigrate: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    evacuate: call(Type.Object({ uuid: Type.String() }), ANY, DEADLINE),
    /** An operator declares that nothing runs on a host, or takes it back. */
    forceDown: call(
      Type.Object({ cellId: Type.String(), id: Type.String(), forcedDown: Type.Boolean() }),
      ANY,
      DEADLINE,
    ),
    /** An operator's word; also the abort of a move. `cellId` null: an operation of the global tier. */
    resolve: call(
      Type.Object({ id: Type.String(), cellId: Type.Union([Type.String(), Type.Null()]), direction: Type.String() }),
      ANY,
      DEADLINE,
    ),
  },
});

/** The bodies of the actions of the REST API, by the cell's kinds. */
const ACTION_BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  start: { 'os-start': null },
  stop: { 'os-stop': null },
  reboot: { reboot: { type: 'HARD' } },
  pause: { pause: null },
  unpause: { unpause: null },
  suspend: { suspend: null },
  resume: { resume: null },
  rebuild: { rebuild: { imageRef: REBUILD_IMAGE } },
  rescue: { rescue: null },
  unrescue: { unrescue: null },
  createImage: { createImage: { name: 'snapshot' } },
  createBackup: { createBackup: { name: 'backup', backup_type: 'daily', rotation: 1 } },
  shelve: { shelve: null },
  restore: { restore: null },
  forceDelete: { forceDelete: null },
  unshelve: { unshelve: null },
};

const OLDEST = { minor: 1, legacy: false };
const OPERATOR = { userId: USER, projectId: PROJECT, isAdmin: true, requestId: 'req-operator' };
const CALLER = { userId: USER, projectId: PROJECT, roles: ['member', 'reader'], isAdmin: false };

/** The handlers of api/compute/servers over the simulated store and transport. */
export function simulatedApi(world: World, life: Life): readonly Service[] {
  const { kernel, network } = world;
  const { clock } = kernel;
  const directory = openSimulatedDatabase<DirectoryTables>(world.directory, life, kernel, world.faults);
  const cells = simulatedDoors(world, life, directory);
  const waker = world.globalWakes.waker(life);
  const deps = {
    directory,
    cells,
    clock,
    waker,
    imageTickets: { make: async () => 'ticket' },
    uploadTickets: { make: async () => 'ticket' },
    adminPasswords: { of: () => 'password' },
    config: { publicUrl: 'http://volvox' },
    caches: createCaches(),
    scheduler: network.client(life, SCHEDULER, schedulerContract),
  } as unknown as ApiDeps;
  const store = createSqlOperationStore(directory);
  const accept = createAccept(directory, clock);
  const request = <B>(uuid: string, body: B, caller: object = CALLER): ApiRequest<B> =>
    ({
      caller: { policies: DEFAULT_POLICIES, ...caller },
      params: { id: uuid },
      query: {},
      version: OLDEST,
      links: new Links('http://volvox', '/v2.1'),
      headers: {},
      body,
      requestId: `req-${kernel.random.uuid()}`,
      log: world.logOf(life),
    }) as unknown as ApiRequest<B>;

  const actions = new Map(serverActions(deps).map((action) => [action.name, action]));
  const perform = async (
    uuid: string,
    body: Readonly<Record<string, unknown>>,
    caller: object = CALLER,
  ): Promise<void> => {
    const [name = ''] = Object.keys(body);
    const action = actions.get(name);
    if (action === undefined) throw new VolvoxError('invalid', `There is no such action: ${name}`);
    await action.handle(request(uuid, body, caller));
  };

  const changes = new Map(interfaceChangeRoutes(deps).map((route) => [route.method, route]));
  const changeInterface = async (method: 'POST' | 'DELETE', uuid: string, port: string, body: object) => {
    const asked = request(uuid, body);
    await changes.get(method)?.handle({ ...asked, params: { id: uuid, port } });
  };

  const handlers: Service = {
    name: 'api',
    start: async () =>
      network.serve(life, API, apiContract, {
        create: async ({ uuid, flavor }) => {
          const { operations } = await accept({
            template: buildTemplate(flavor, timestamp(clock.now()), `req-${kernel.random.uuid()}`),
            name: 'server',
            hostname: undefined,
            entries: [{ network: THE_NETWORK, port: null, fixedIp: null, tag: null, portSecurity: true }],
            securityGroupNames: [],
            uuids: [uuid],
            minCount: 1,
            alone: false,
          });
          void waker.wake(ROUTE_BUILD.queue, operations);
        },
        remove: ({ uuid }) => deleteServer(deps, request(uuid, {}), uuid),
        act: ({ uuid, kind }) => perform(uuid, ACTION_BODIES[kind] ?? {}),
        resize: ({ uuid, flavor }) => perform(uuid, { resize: { flavorRef: flavor } }),
        confirm: ({ uuid }) => perform(uuid, { confirmResize: null }),
        revert: ({ uuid }) => perform(uuid, { revertResize: null }),
        reset: ({ uuid }) => perform(uuid, { 'os-resetState': { state: 'error' } }, { ...CALLER, isAdmin: true }),
        move: async ({ uuid, toCellId }) => {
          const home = await getHome(directory.read, uuid);
          const fromCellId = home?.cellId ?? null;
          if (fromCellId === null) throw new VolvoxError('conflict', `Instance ${uuid} is in no cell yet.`);
          const move = {
            uuid,
            fromCellId,
            toCellId,
            host: null,
            decision: null,
            requestId: 'req-move',
            userId: USER,
            projectId: PROJECT,
          };
          const id = await directory.transaction((tx) => acceptMove(tx, move, clock.now()));
          void waker.wake(MOVE_SERVER.queue, [id]);
          return id;
        },
        attach: ({ uuid }) => changeInterface('POST', uuid, '', { interfaceAttachment: { net_id: THE_NETWORK.id } }),
        detach: ({ uuid, port }) => changeInterface('DELETE', uuid, port, {}),
        shelveOffload: ({ uuid }) => perform(uuid, { shelveOffload: null }, { ...CALLER, isAdmin: true }),
        liveMigrate: ({ uuid }) =>
          perform(
            uuid,
            { 'os-migrateLive': { host: null, block_migration: true, disk_over_commit: false } },
            { ...CALLER, roles: ['manager', 'member', 'reader'], isAdmin: true },
          ),
        evacuate: ({ uuid }) => perform(uuid, { evacuate: {} }, { ...CALLER, isAdmin: true }),
        forceDown: ({ cellId, ...change }) => cells.of(cellId).door.updateService(change),
        resolve: async ({ id, cellId, direction: said }) => {
          const direction = said === 'forward' ? 'forward' : 'back';
          if (cellId !== null) return cells.of(cellId).door.resolveOperation({ id, direction, actor: OPERATOR });
          await resolveOperation(store, { id, direction, by: USER }, clock.now());
          void waker.wake(ROUTE_BUILD.queue, [id]);
        },
      }),
    drain: async () => undefined,
    stop: async () => undefined,
  };
  return [cells, handlers];
}
