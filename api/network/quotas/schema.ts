import { type Static, Type } from 'typebox';
import { NETWORK_RESOURCES } from '#platform/directory/stores/network-quotas.ts';
import { always } from '../../http/by-version.ts';
import { filterQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { integer, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { updateBody } from '../request-types.ts';

/** Clients write numbers as text, too. -1: no limit. */
const Limit = Type.Optional(
  Type.Unsafe<number | string>({
    type: ['integer', 'string'],
    minimum: -1,
    maximum: 2_147_483_647,
    pattern: '^(-1|\\d{1,10})$',
  }),
);
const limits = {
  network: Limit,
  subnet: Limit,
  port: Limit,
  security_group: Limit,
  security_group_rule: Limit,
  address_group: Limit,
  subnetpool: Limit,
  rbac_policy: Limit,
  address_scope: Limit,
  router: Limit,
  floatingip: Limit,
  trunk: Limit,
  qos_policy: Limit,
  /** Said or not: a limit may be below what is in use. */
  force: Type.Optional(Type.Boolean()),
};
export const updateQuotaBody = updateBody('quota', limits);
export interface QuotaUpdate {
  readonly quota: Static<ReturnType<typeof Type.Object<typeof limits>>>;
}

const forEach = (schema: Schema): Readonly<Record<string, Schema>> =>
  Object.fromEntries(NETWORK_RESOURCES.map((name) => [name, schema]));
export const quotaResponse = always(shape({ quota: shape(forEach(integer)) }));
export const quotaDetailsResponse = always(
  shape({ quota: shape(forEach(shape({ limit: integer, used: integer, reserved: integer }))) }),
);
export const QUOTA_ATTRIBUTES = { project_id: member.text('project_id'), tenant_id: member.text('project_id') };
export const listQuotasQuery = always(filterQuery(QUOTA_ATTRIBUTES));
export const listQuotasResponse = always(
  shape({ quotas: arrayOf(shape({ project_id: string, tenant_id: string, ...forEach(integer) })) }),
);
