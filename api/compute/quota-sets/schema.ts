import type { QuotaResource } from '#platform/directory/stores/quotas.ts';
import { type ByVersion, mapVersions } from '../../http/by-version.ts';
import { boolean, looseQuery, object, several, strictQuery, string, wrapped } from '../../http/parameter-types.ts';
import { integer, type Members, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { QUOTA_CLASS_RESOURCES, QUOTA_SET_RESOURCES } from './resources-by-version.ts';

/** -1: no limit. The largest fits the column. */
const limit: Schema = {
  type: ['integer', 'string'],
  pattern: '^-?[0-9]+$',
  minLength: 1,
  minimum: -1,
  maximum: 2_147_483_647,
};

const limitsOf = (resources: readonly QuotaResource[]): Readonly<Record<string, Schema>> =>
  Object.fromEntries(resources.map((resource) => [resource, limit]));

const bodies = (
  name: string,
  resources: ByVersion<readonly QuotaResource[]>,
  more: Readonly<Record<string, Schema>>,
): ByVersion<Schema> => mapVersions(resources, (list) => wrapped(name, object({ ...limitsOf(list), ...more })));

export const updateQuotaSetBody = bodies('quota_set', QUOTA_SET_RESOURCES, { force: boolean });
export const updateQuotaClassBody = bodies('quota_class_set', QUOTA_CLASS_RESOURCES, {
  server_groups: limit,
  server_group_members: limit,
});

const USER = { user_id: several({ type: 'string', maxLength: 255 }) };
export const quotaSetQuery = { 1: looseQuery(USER), 75: strictQuery(USER) };

const amountsOf = (resources: readonly QuotaResource[], amount: Schema): Members =>
  Object.fromEntries(resources.map((resource) => [resource, amount]));
const shown = (
  name: string,
  resources: ByVersion<readonly QuotaResource[]>,
  more: Members,
  amount: Schema = integer,
): ByVersion<Schema> =>
  mapVersions(resources, (list) => shape({ [name]: shape({ ...more, ...amountsOf(list, amount) }) }));

const ID = { id: string };
export const quotaSetResponse = shown('quota_set', QUOTA_SET_RESOURCES, ID);
/** The answer to an update never named the project. */
export const updatedQuotaSetResponse = shown('quota_set', QUOTA_SET_RESOURCES, {});
const inUse = shape({ limit: integer, in_use: integer, reserved: integer });
export const quotaSetDetailResponse = shown('quota_set', QUOTA_SET_RESOURCES, ID, inUse);
export const quotaClassResponse = shown('quota_class_set', QUOTA_CLASS_RESOURCES, ID);
export const updatedQuotaClassResponse = shown('quota_class_set', QUOTA_CLASS_RESOURCES, {});
