import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  defaultSecurityGroup,
  listSecurityGroups,
  type SecurityGroupRow,
} from '#platform/directory/stores/security-groups.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { selectFields } from '../../http/fields.ts';
import { allOf, type Query } from '../../http/listing.ts';
import { neutronTime } from '../times.ts';

type ById = { Params: { id: string } };

/** Every project's group `default`, to be read. Its rules are told as Neutron makes them; nothing enforces them yet. */
export function registerSecurityGroups(app: FastifyInstance, { directory }: ApiDeps): void {
  const groupsFor = async (request: FastifyRequest): Promise<readonly SecurityGroupRow[]> => {
    const { context } = request;
    const query = request.query as Query;
    const asked = allOf(query.project_id ?? query.tenant_id).at(-1);
    const projectId = context.isAdmin && asked !== undefined ? asked : context.projectId;
    if (asked !== undefined && asked !== projectId) return [];
    await directory.transaction((tx) => defaultSecurityGroup(tx, projectId));
    return listSecurityGroups(directory.read, projectId);
  };

  app.get<{ Querystring: Query }>('/v2.0/security-groups', async (request) => {
    const { query } = request;
    const rows = (await groupsFor(request)).filter((row) => has(query.name, row.name) && has(query.id, row.id));
    return { security_groups: rows.map((row) => selectFields(groupView(row), allOf(query.fields))) };
  });

  app.get<ById & { Querystring: Query }>('/v2.0/security-groups/:id', async (request) => {
    const { id } = request.params;
    const row = (await groupsFor(request)).find((candidate) => candidate.id === id);
    if (row === undefined) throw notFound('SecurityGroupNotFound', `Security group ${id} does not exist`);
    return { security_group: selectFields(groupView(row), allOf(request.query.fields)) };
  });

  app.get<{ Querystring: Query }>('/v2.0/security-group-rules', async (request) => {
    const { query } = request;
    const rules = (await groupsFor(request)).flatMap(rulesOf);
    const wanted = rules.filter(
      (rule) => has(query.security_group_id, rule.security_group_id) && has(query.direction, rule.direction),
    );
    return { security_group_rules: wanted.map((rule) => selectFields(rule, allOf(query.fields))) };
  });

  app.get<ById>('/v2.0/security-group-rules/:id', async (request) => {
    const rule = (await groupsFor(request)).flatMap(rulesOf).find((candidate) => candidate.id === request.params.id);
    if (rule === undefined) {
      throw notFound('SecurityGroupRuleNotFound', `Security group rule ${request.params.id} does not exist`);
    }
    return { security_group_rule: rule };
  });
}

const has = (asked: string | readonly string[] | undefined, value: string): boolean =>
  asked === undefined || allOf(asked).includes(value);
const notFound = (type: string, message: string): VolvoxError =>
  new VolvoxError('not-found', message, { details: { type } });

const groupView = (row: SecurityGroupRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  project_id: row.project_id,
  tenant_id: row.project_id,
  stateful: true,
  shared: false,
  security_group_rules: rulesOf(row),
  tags: [],
  created_at: neutronTime(row.created_at),
  updated_at: neutronTime(row.updated_at),
  revision_number: 1,
});

/** Everything out, and in from members of the group. Ids follow from what a rule says. */
const rulesOf = (row: SecurityGroupRow) =>
  (['egress', 'ingress'] as const).flatMap((direction) =>
    (['IPv4', 'IPv6'] as const).map((ethertype) => ({
      id: uuidOf(`${row.id}/${direction}/${ethertype}`),
      security_group_id: row.id,
      project_id: row.project_id,
      tenant_id: row.project_id,
      direction,
      ethertype,
      protocol: null,
      port_range_min: null,
      port_range_max: null,
      remote_ip_prefix: null,
      remote_group_id: direction === 'ingress' ? row.id : null,
      remote_address_group_id: null,
      description: '',
      tags: [],
      created_at: neutronTime(row.created_at),
      updated_at: neutronTime(row.updated_at),
      revision_number: 0,
    })),
  );

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
