import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { getPort, type PortRecord, updatePort } from '#platform/directory/stores/ports.ts';
import { parentsAmong } from '#platform/directory/stores/subports-of-servers.ts';
import {
  deleteTrunk,
  getTrunk,
  insertTrunk,
  listTrunks,
  lockTrunk,
  parentInUse,
  SUBPORT_OWNER,
  subportsOfTrunks,
  type TrunkRecord,
  updateTrunk,
} from '#platform/directory/stores/trunks.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { isOfNetwork, isPlugged } from '../ports/is-plugged.ts';
import { type Created, readCreate } from '../request-types.ts';
import { emptyResponse } from '../response-types.ts';
import {
  addSubports,
  type LockedTrunk,
  lockOwnPort,
  noteSubports,
  ownPort,
  removeSubports,
  requireEnabled,
} from './change-subports.ts';
import * as policies from './policy.ts';
import { type AskedSegment, readSubports, subportInUse } from './read-subports.ts';
import { requireTags } from './require-tags.ts';
import * as schemas from './schema.ts';
import { subportView, trunkView } from './view.ts';
import { changeWithServers, lockParent, lockTrunkWithParent } from './with-server.ts';

const PATH = '/v2.0/trunks';
const ANYBODY = { projectId: '', isAdmin: true };

/** Trunks: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/trunks`. */
export function trunkRoutes(
  deps: Pick<ApiDeps, 'directory' | 'clock' | 'cells' | 'caches' | 'sightings'>,
): readonly Route[] {
  const { directory, clock } = deps;
  const now = () => timestamp(clock.now());
  const views = async (trunks: readonly TrunkRecord[]) => {
    const subports = await subportsOfTrunks(
      directory.read,
      trunks.map(({ id }) => id),
    );
    return trunks.map((trunk) => trunkView(trunk, subports));
  };
  const viewOf = async (caller: ApiRequest['caller'], id: string) => {
    const [view] = await views([await getTrunk(directory.read, caller, id)]);
    return view;
  };
  const noun = nounOf({
    one: 'trunk',
    many: 'trunks',
    path: 'trunks',
    policy: policies.GET_TRUNK,
    attributes: schemas.TRUNK_ATTRIBUTES,
    query: schemas.listTrunksQuery,
    responses: { list: schemas.listTrunksResponse, show: schemas.showTrunkResponse },
    list: ({ caller }, listing) => listTrunks(directory.read, caller, listing),
    get: (caller, id) => getTrunk(directory.read, caller, id),
    views,
  });

  /** All or none. @returns their ids. */
  const create = async (request: ApiRequest, items: readonly schemas.NewTrunk[]): Promise<readonly string[]> => {
    const { caller } = request;
    const at = now();
    const given = items.map((item) => ({
      trunk: newTrunk(caller, item, at),
      asked: readSubports(item.sub_ports ?? []),
    }));
    const seen = await Promise.all(
      given.map(async ({ trunk }) => ownPort(caller, await getPort(directory.read, caller, trunk.portId))),
    );
    for (const [index, { asked }] of given.entries()) {
      const parent = seen[index];
      if (asked.length > 0 && parent !== undefined) await requireTags(deps, request, parent);
    }
    await changeWithServers(deps, request, seen, async (tx) => {
      await requireNetworkQuota(
        tx,
        'trunk',
        given.map(({ trunk }) => trunk.projectId),
      );
      for (const [index, { trunk, asked }] of given.entries())
        await createOne(tx, caller, { trunk, asked, seen: seen[index] });
    });
    return given.map(({ trunk }) => trunk.id);
  };

  /** Runs `work` with the trunk and its parent locked; the server of the parent hears of it. */
  const changed = async (
    policy: Policy,
    request: Pick<ApiRequest, 'caller' | 'headers' | 'params' | 'requestId'>,
    work: (tx: DirectoryTx, locked: LockedTrunk) => Promise<unknown>,
    before: (parent: PortRecord) => Promise<void> = async () => undefined,
  ): Promise<void> => {
    const { caller, headers, params } = request;
    const checkRevision = requiredRevision(headers);
    const { id: trunkId, portId } = authorizeOwner(
      policy,
      caller,
      await getTrunk(directory.read, caller, params.id ?? ''),
    );
    const seen = await getPort(directory.read, ANYBODY, portId);
    await before(seen);
    await changeWithServers(deps, request, [seen], async (tx) => {
      const locked = await lockTrunkWithParent(tx, caller, { trunkId, seen });
      authorizeOwner(policy, caller, locked.trunk);
      checkRevision(locked.trunk);
      requireEnabled(locked.trunk);
      await work(tx, locked);
    });
  };

  return [
    listRoute(noun, 'Lists trunks.'),
    route<Created<schemas.NewTrunk>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates a trunk, or several, with subports.',
      policy: policies.CREATE_TRUNK,
      authorizes: 'handler',
      body: schemas.createTrunkBody,
      status: 201,
      response: schemas.createTrunkResponse,
      handle: async (request) => {
        const { items, answer } = readCreate(request.body, 'trunk', 'trunks');
        const ids = await create(request, items);
        const made = await Promise.all(ids.map((id) => getTrunk(directory.read, request.caller, id)));
        return answer(await views(made));
      },
    }),
    showRoute(noun, 'Shows a trunk.'),
    route<schemas.TrunkUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes the name, the description or the state of a trunk.',
      policy: policies.UPDATE_TRUNK,
      authorizes: 'handler',
      body: schemas.updateTrunkBody,
      response: schemas.showTrunkResponse,
      handle: async ({ body: { trunk: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        await directory.transaction(async (tx) => {
          const trunk = authorizeOwner(policies.UPDATE_TRUNK, caller, await lockTrunk(tx, caller, id));
          checkRevision(trunk);
          await updateTrunk(tx, trunk, {
            ...(given.name === undefined ? {} : { name: given.name }),
            ...(given.description === undefined ? {} : { description: given.description }),
            ...(given.admin_state_up === undefined ? {} : { adminStateUp: given.admin_state_up }),
            updatedAt: now(),
          });
        });
        return { trunk: await viewOf(caller, id) };
      },
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      summary: 'Deletes a trunk; its ports stay, and are free.',
      policy: policies.DELETE_TRUNK,
      authorizes: 'handler',
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: (request) =>
        changed(policies.DELETE_TRUNK, request, async (tx, locked) => {
          const subports = await subportsOfTrunks(tx, [locked.trunk.id]);
          await removeSubports(
            tx,
            locked,
            subports.map(({ portId }) => portId),
            now(),
          );
          await updatePort(tx, locked.parent, { updatedAt: now() });
          await deleteTrunk(tx, locked.trunk.id);
        }),
    }),
    route<schemas.Added>({
      method: 'PUT',
      path: `${PATH}/:id/add_subports`,
      summary: 'Makes ports subports of a trunk.',
      policy: policies.ADD_SUBPORTS,
      authorizes: 'handler',
      body: schemas.addSubportsBody,
      response: schemas.changedTrunkResponse,
      handle: async (request) => {
        const asked = readSubports(request.body.sub_ports);
        const add = async (tx: DirectoryTx, locked: LockedTrunk) => {
          await addSubports(tx, request.caller, locked, asked, now());
          await noteSubports(tx, locked, now());
        };
        await changed(policies.ADD_SUBPORTS, request, add, (parent) => requireTags(deps, request, parent));
        return viewOf(request.caller, request.params.id ?? '');
      },
    }),
    route<schemas.Removed>({
      method: 'PUT',
      path: `${PATH}/:id/remove_subports`,
      summary: 'Takes subports from a trunk; their ports are free.',
      policy: policies.REMOVE_SUBPORTS,
      authorizes: 'handler',
      body: schemas.removeSubportsBody,
      response: schemas.changedTrunkResponse,
      handle: async (request) => {
        const ids = request.body.sub_ports.map(({ port_id: portId }) => portId);
        await changed(policies.REMOVE_SUBPORTS, request, async (tx, locked) => {
          await removeSubports(tx, locked, ids, now());
          await noteSubports(tx, locked, now());
        });
        return viewOf(request.caller, request.params.id ?? '');
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id/get_subports`,
      summary: 'Lists the subports of a trunk.',
      policy: policies.GET_SUBPORTS,
      query: noQuery,
      response: schemas.subportsResponse,
      handle: async ({ caller, params: { id = '' } }) => {
        const trunk = await getTrunk(directory.read, caller, id);
        return { sub_ports: (await subportsOfTrunks(directory.read, [trunk.id])).map(subportView) };
      },
    }),
  ];
}

/** @param seen the parent as it was read before. */
async function createOne(
  tx: DirectoryTx,
  caller: ApiRequest['caller'],
  {
    trunk,
    asked,
    seen,
  }: {
    readonly trunk: TrunkRecord;
    readonly asked: readonly AskedSegment[];
    readonly seen: PortRecord | undefined;
  },
): Promise<void> {
  const { deviceId, deviceOwner } = await lockOwnPort(tx, caller, trunk.portId);
  const parent = await lockParent(tx, seen ?? { id: trunk.portId, deviceId, deviceOwner });
  await requireFit(tx, parent);
  const locked = { trunk, parent };
  await insertTrunk(tx, { ...trunk, status: isPlugged(deviceOwner) ? 'BUILD' : 'DOWN' });
  await addSubports(tx, caller, locked, asked, trunk.createdAt);
  await updatePort(tx, parent, { updatedAt: trunk.createdAt });
}

/** @throws VolvoxError conflict when the port is in a trunk already, or belongs to the network itself. */
async function requireFit(tx: DirectoryTx, { id, deviceOwner }: PortRecord): Promise<void> {
  if (deviceOwner === SUBPORT_OWNER) throw subportInUse(id);
  if (isOfNetwork(deviceOwner) || (await parentsAmong(tx, [id])).size > 0) throw parentInUse(id);
}

function newTrunk(caller: ApiRequest['caller'], given: schemas.NewTrunk, now: string): TrunkRecord {
  return {
    id: randomUUID(),
    projectId: ownerOf(policies.CREATE_TRUNK, caller, given),
    ...{ name: given.name ?? '', description: given.description ?? '', portId: given.port_id },
    adminStateUp: given.admin_state_up !== false,
    ...{ status: 'DOWN', lookedAt: 0, tags: [] },
    ...{ createdAt: now, updatedAt: now, revision: 1 },
  };
}
