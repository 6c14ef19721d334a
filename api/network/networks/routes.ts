import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { requireNetworkRoom } from '#platform/directory/stores/network-quotas.ts';
import {
  deleteNetwork,
  getNetwork,
  insertNetwork,
  listNetworks,
  type NetworkRow,
  updateNetwork,
} from '#platform/directory/stores/networks.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import type { ApiDeps } from '../../deps.ts';
import { selectFields } from '../../http/fields.ts';
import { allOf, boolean, integer, type Query, text } from '../../http/listing.ts';
import type { Caller } from '../../identity/caller.ts';
import { answerList } from '../answer-list.ts';
import { readCreate } from '../create-body.ts';
import { invalidInput, ownerOf, requireAdminFor, requireWriter } from '../policy.ts';
import { sqlNow } from '../times.ts';
import { ADMIN_KEYS, NetworkCreate, NetworkUpdate, type NewNetwork } from './schema.ts';
import { segmentOf } from './segment.ts';
import { networkView } from './view.ts';

const ATTRIBUTES = {
  id: text('id'),
  name: text('name'),
  description: text('description'),
  project_id: text('project_id'),
  tenant_id: text('project_id'),
  admin_state_up: boolean('admin_state_up'),
  shared: boolean('shared'),
  'router:external': boolean('external'),
  mtu: integer('mtu'),
  'provider:network_type': text('segment_type'),
  'provider:physical_network': text('physical_network'),
  'provider:segmentation_id': integer('segment_id'),
};
const DEFAULT_MTU = 1500;
type ById = { Params: { id: string } };

export function registerNetworks(app: FastifyInstance, { directory, config, clock }: ApiDeps): void {
  const views = async (rows: readonly NetworkRow[], caller: Caller) => {
    const subnets = await subnetsOf(
      directory.read,
      rows.map((row) => row.id),
    );
    return rows.map((row) => {
      const own = subnets.filter((subnet) => subnet.network_id === row.id);
      return networkView(
        row,
        own.map((subnet) => subnet.id),
        caller.isAdmin,
      );
    });
  };
  const show = async (caller: Caller, id: string) => {
    const [view] = await views([await getNetwork(directory.read, caller, id)], caller);
    return view ?? {};
  };

  app.get<{ Querystring: Query }>('/v2.0/networks', async (request) => {
    const { context } = request;
    return answerList<NetworkRow>(request, config.publicUrl, {
      noun: 'networks',
      attributes: ATTRIBUTES,
      list: (listing) => listNetworks(directory.read, context, listing),
      get: (id) => getNetwork(directory.read, context, id),
      views: (rows) => views(rows, context),
    });
  });

  app.post<{ Body: Record<string, NewNetwork | NewNetwork[]> }>(
    '/v2.0/networks',
    { schema: { body: NetworkCreate } },
    async (request, reply) => {
      const { items, answer } = readCreate(request.body, 'network', 'networks');
      const rows = items.map((given) => newRow(request.context, given, sqlNow(clock)));
      await directory.transaction(async (tx) => {
        await requireNetworkRoom(
          tx,
          'network',
          rows.map((row) => row.project_id),
        );
        for (const row of rows) await insertNetwork(tx, row);
      });
      return reply.code(201).send(answer(await views(rows, request.context)));
    },
  );

  app.get<ById & { Querystring: Query }>('/v2.0/networks/:id', async (request) => ({
    network: selectFields(await show(request.context, request.params.id), allOf(request.query.fields)),
  }));

  app.put<ById & { Body: NetworkUpdate }>(
    '/v2.0/networks/:id',
    { schema: { body: NetworkUpdate } },
    async (request) => {
      const { context, params } = request;
      const given = request.body.network;
      const row = await getNetwork(directory.read, context, params.id);
      requireWriter(context, row.project_id, 'update_network');
      requireAdminFor(context, 'network', 'update', given, ADMIN_KEYS);
      refusePortSecurityOff(given);
      await directory.transaction((tx) =>
        updateNetwork(tx, row, {
          ...(given.name === undefined ? {} : { name: given.name }),
          ...(given.description === undefined ? {} : { description: given.description }),
          ...(given.admin_state_up === undefined ? {} : { admin_state_up: given.admin_state_up ? 1 : 0 }),
          ...(given.shared === undefined ? {} : { shared: given.shared ? 1 : 0 }),
          ...(given['router:external'] === undefined ? {} : { external: given['router:external'] ? 1 : 0 }),
          ...(given.mtu === undefined ? {} : { mtu: given.mtu }),
          updated_at: sqlNow(clock),
        }),
      );
      return { network: await show(context, params.id) };
    },
  );

  app.delete<ById>('/v2.0/networks/:id', async (request, reply) => {
    const { context, params } = request;
    const row = await getNetwork(directory.read, context, params.id);
    requireWriter(context, row.project_id, 'delete_network');
    await directory.transaction((tx) => deleteNetwork(tx, row.id));
    return reply.code(204).send();
  });
}

function newRow(caller: Caller, given: NewNetwork, now: string): NetworkRow {
  requireAdminFor(caller, 'network', 'create', given, ADMIN_KEYS);
  refusePortSecurityOff(given);
  return {
    id: randomUUID(),
    project_id: ownerOf(caller, 'network', given),
    name: given.name ?? '',
    description: given.description ?? '',
    admin_state_up: given.admin_state_up === false ? 0 : 1,
    shared: given.shared === true ? 1 : 0,
    external: given['router:external'] === true ? 1 : 0,
    mtu: given.mtu ?? DEFAULT_MTU,
    ...segmentOf(given),
    created_at: now,
    updated_at: now,
    revision: 1,
  };
}

function refusePortSecurityOff(given: { readonly port_security_enabled?: boolean }): void {
  if (given.port_security_enabled === false) {
    throw invalidInput('Invalid input for port_security_enabled: networks without port security are not offered.');
  }
}
