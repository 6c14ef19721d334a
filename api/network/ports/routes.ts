import type { FastifyInstance } from 'fastify';
import { type RawBuilder, sql } from 'kysely';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHome } from '#platform/directory/stores/instance-homes.ts';
import { requireNetworkRoom } from '#platform/directory/stores/network-quotas.ts';
import { getNetwork, type NetworkRow } from '#platform/directory/stores/networks.ts';
import { deletePorts, getPort, listPorts, type PortRow } from '#platform/directory/stores/ports.ts';
import type { ApiDeps } from '../../deps.ts';
import { selectFields } from '../../http/fields.ts';
import { allOf, boolean, type Query, text } from '../../http/listing.ts';
import type { Caller } from '../../identity/caller.ts';
import { answerList } from '../answer-list.ts';
import { readCreate } from '../create-body.ts';
import { conflicting, disallowed, ownerOf, requireAdminFor, requireWriter } from '../policy.ts';
import { sqlNow } from '../times.ts';
import { ADMIN_KEYS, type NewPort, PortCreate, PortUpdate } from './schema.ts';
import { portView } from './view.ts';
import { changePort, createPort, isPlugged } from './write-port.ts';

const ATTRIBUTES = {
  id: text('id'),
  name: text('name'),
  description: text('description'),
  project_id: text('project_id'),
  tenant_id: text('project_id'),
  network_id: text('network_id'),
  mac_address: text('mac'),
  admin_state_up: boolean('admin_state_up'),
  device_id: text('device_id'),
  device_owner: text('device_owner'),
  status: text('status'),
};
type ById = { Params: { id: string } };

export function registerPorts(app: FastifyInstance, { directory, config, clock }: ApiDeps): void {
  app.get<{ Querystring: Query }>('/v2.0/ports', async (request) => {
    const { context } = request;
    const addresses = addressConditions(allOf(request.query.fixed_ips));
    return answerList<PortRow>(request, config.publicUrl, {
      noun: 'ports',
      attributes: ATTRIBUTES,
      list: (listing) => listPorts(directory.read, context, listing, addresses),
      get: (id) => getPort(directory.read, context, id),
      views: async (rows) => rows.map((row) => portView(row, context.isAdmin)),
    });
  });

  app.post<{ Body: Record<string, NewPort | NewPort[]> }>(
    '/v2.0/ports',
    { schema: { body: PortCreate } },
    async (request, reply) => {
      const { context } = request;
      const { items, answer } = readCreate(request.body, 'port', 'ports');
      const wanted: { given: NewPort; network: NetworkRow; projectId: string }[] = [];
      for (const given of items) {
        const network = await getNetwork(directory.read, context, given.network_id);
        const projectId = ownerOf(context, 'port', given);
        authorize(context, network, given, 'create');
        wanted.push({ given, network, projectId });
      }
      const rows = await directory.transaction(async (tx) => {
        await requireNetworkRoom(
          tx,
          'port',
          wanted.map(({ projectId }) => projectId),
        );
        const made: PortRow[] = [];
        for (const { given, network, projectId } of wanted) {
          made.push(await createPort(tx, network, given, projectId, sqlNow(clock)));
        }
        return made;
      });
      return reply.code(201).send(answer(rows.map((row) => portView(row, context.isAdmin))));
    },
  );

  app.get<ById & { Querystring: Query }>('/v2.0/ports/:id', async (request) => {
    const row = await getPort(directory.read, request.context, request.params.id);
    return { port: selectFields(portView(row, request.context.isAdmin), allOf(request.query.fields)) };
  });

  app.put<ById & { Body: PortUpdate }>('/v2.0/ports/:id', { schema: { body: PortUpdate } }, async (request) => {
    const { context, params } = request;
    const row = await getPort(directory.read, context, params.id);
    requireWriter(context, row.project_id, 'update_port');
    authorize(context, await getNetwork(directory.read, context, row.network_id), request.body.port, 'update');
    await directory.transaction((tx) => changePort(tx, row, request.body.port, sqlNow(clock)));
    return { port: portView(await getPort(directory.read, context, params.id), context.isAdmin) };
  });

  app.delete<ById>('/v2.0/ports/:id', async (request, reply) => {
    const { context, params } = request;
    const row = await getPort(directory.read, context, params.id);
    requireWriter(context, row.project_id, 'delete_port');
    await directory.transaction(async (tx) => {
      const now = await tx.selectFrom('ports').selectAll().where('id', '=', row.id).forUpdate().executeTakeFirst();
      if (now !== undefined && isPlugged(now) && !(context.isAdmin && (await hasNoServer(tx, now)))) {
        throw conflicting(`Port ${row.id} cannot be deleted: server ${now.device_id} uses it.`, 'PortInUse');
      }
      await deletePorts(tx, [row.id]);
    });
    return reply.code(204).send();
  });
}

/** The label of a server's port without its server: nothing that ends a server would end it, so an admin does. */
async function hasNoServer(tx: DirectoryTx, port: PortRow): Promise<boolean> {
  const home = await getHome(tx, port.device_id);
  return home === null || home.state === 'deleted';
}

/**
 * Whose port is a server's is said by the servers' API. On a network of somebody else's, addresses and MACs cannot be chosen; and
 * nothing can be plugged into an external one.
 */
function authorize(caller: Caller, network: NetworkRow, given: Partial<NewPort>, action: string): void {
  requireAdminFor(caller, 'port', action, given, ADMIN_KEYS);
  if (!caller.isAdmin && isPlugged(given)) throw disallowed(`${action}_port:device_owner`);
  if (caller.isAdmin || caller.projectId === network.project_id) return;
  if (network.external === 1 && network.shared === 0) throw disallowed(`${action}_port`);
  if (given.mac_address !== undefined) throw disallowed(`${action}_port:mac_address`);
  if (given.fixed_ips?.some((wish) => wish.ip_address !== undefined)) throw disallowed(`${action}_port:fixed_ips`);
}

/** `fixed_ips=ip_address=10.0.0.5`, `fixed_ips=subnet_id=…`, `fixed_ips=ip_address_substr=…`: each must hold. */
function addressConditions(values: readonly string[]): RawBuilder<unknown>[] {
  return values
    .flatMap((value) => value.split(','))
    .map((part) => {
      const [key = '', wanted = ''] = part.split('=', 2);
      const json = (text: string) => JSON.stringify(text).slice(1, -1);
      if (key === 'subnet_id') return sql`fixed_ips LIKE ${`%"subnetId":"${escapeLike(json(wanted))}"%`}`;
      if (key === 'ip_address') return sql`fixed_ips LIKE ${`%"address":"${escapeLike(json(wanted))}"%`}`;
      if (key === 'ip_address_substr') return sql`fixed_ips LIKE ${`%"address":"%${escapeLike(json(wanted))}%"%`}`;
      return sql`TRUE`;
    });
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
