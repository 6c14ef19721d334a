import { IMAGE_RESOURCES, type ImageAmounts } from '#platform/directory/stores/image-quotas.ts';
import { always } from '../../http/by-version.ts';
import { object } from '../../http/parameter-types.ts';
import { integer, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

export interface ImageQuotaUpdate {
  readonly quota: Readonly<Partial<ImageAmounts>>;
}

const eachOf = (schema: Schema) => Object.fromEntries(IMAGE_RESOURCES.map((name) => [name, schema]));
const limit: Schema = { type: 'integer', minimum: -1, maximum: 2 ** 40 };

export const updateQuotaBody = always(object({ quota: { ...object(eachOf(limit), []), minProperties: 1 } }, ['quota']));
export const quotaResponse = always(shape({ quota: shape(eachOf(integer)) }));
export const usageResponse = always(shape({ usage: shape(eachOf(shape({ limit: integer, usage: integer }))) }));
