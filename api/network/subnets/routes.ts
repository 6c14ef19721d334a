import type { FastifyInstance } from 'fastify';
import { requireNetworkRoom } from '#platform/directory/stores/network-quotas.ts';
import { getNetwork } from '#platform/directory/stores/networks.ts';
import { deleteSubnet, getSubnet, listSubnets, type SubnetRow } from '#platform/directory/stores/subnets.ts';
import type { ApiDeps } from '../../deps.ts';
import { selectFields } from '../../http/fields.ts';
import { allOf, boolean, integer, type Query, text } from '../../http/listing.ts';
import { answerList } from '../answer-list.ts';
import { readCreate } from '../create-body.ts';
import { ownerOf, requireWriter } from '../policy.ts';
import { sqlNow } from '../times.ts';
import { checkHostSettings } from './host-settings.ts';
import { type NewSubnet, SubnetCreate, SubnetUpdate } from './schema.ts';
import { subnetView } from './view.ts';
import { changeSubnet, createSubnet } from './write-subnet.ts';

const ATTRIBUTES = {
  id: text('id'),
  name: text('name'),
  description: text('description'),
  project_id: text('project_id'),
  tenant_id: text('project_id'),
  network_id: text('network_id'),
  ip_version: integer('ip_version'),
  cidr: text('cidr'),
  gateway_ip: text('gateway_ip'),
  enable_dhcp: boolean('enable_dhcp'),
};
type ById = { Params: { id: string } };

export function registerSubnets(app: FastifyInstance, { directory, config, clock }: ApiDeps): void {
  app.get<{ Querystring: Query }>('/v2.0/subnets', async (request) =>
    answerList<SubnetRow>(request, config.publicUrl, {
      noun: 'subnets',
      attributes: ATTRIBUTES,
      list: (listing) => listSubnets(directory.read, request.context, listing),
      get: (id) => getSubnet(directory.read, request.context, id),
      views: async (rows) => rows.map(subnetView),
    }),
  );

  app.post<{ Body: Record<string, NewSubnet | NewSubnet[]> }>(
    '/v2.0/subnets',
    { schema: { body: SubnetCreate } },
    async (request, reply) => {
      const { context } = request;
      const { items, answer } = readCreate(request.body, 'subnet', 'subnets');
      for (const given of items) {
        const network = await getNetwork(directory.read, context, given.network_id);
        requireWriter(context, network.project_id, 'create_subnet');
        checkHostSettings(given);
      }
      const rows = await directory.transaction(async (tx) => {
        await requireNetworkRoom(
          tx,
          'subnet',
          items.map((given) => ownerOf(context, 'subnet', given)),
        );
        const made: SubnetRow[] = [];
        for (const given of items) {
          made.push(await createSubnet(tx, given, ownerOf(context, 'subnet', given), sqlNow(clock)));
        }
        return made;
      });
      return reply.code(201).send(answer(rows.map(subnetView)));
    },
  );

  app.get<ById & { Querystring: Query }>('/v2.0/subnets/:id', async (request) => {
    const row = await getSubnet(directory.read, request.context, request.params.id);
    return { subnet: selectFields(subnetView(row), allOf(request.query.fields)) };
  });

  app.put<ById & { Body: SubnetUpdate }>('/v2.0/subnets/:id', { schema: { body: SubnetUpdate } }, async (request) => {
    const { context, params } = request;
    const row = await getSubnet(directory.read, context, params.id);
    requireWriter(context, row.project_id, 'update_subnet');
    checkHostSettings(request.body.subnet);
    await directory.transaction((tx) => changeSubnet(tx, row, request.body.subnet, sqlNow(clock)));
    return { subnet: subnetView(await getSubnet(directory.read, context, params.id)) };
  });

  app.delete<ById>('/v2.0/subnets/:id', async (request, reply) => {
    const row = await getSubnet(directory.read, request.context, request.params.id);
    requireWriter(request.context, row.project_id, 'delete_subnet');
    await directory.transaction((tx) => deleteSubnet(tx, row));
    return reply.code(204).send();
  });
}
