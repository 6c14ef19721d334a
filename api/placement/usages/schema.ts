import { single } from '../../http/parameter-types.ts';
import { integer, mapOf, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { queries } from '../response-types.ts';

const id: Schema = { type: 'string', minLength: 1, maxLength: 255 };
const type: Schema = { type: 'string', pattern: '^([A-Z0-9_]+|all|unknown)$', minLength: 1, maxLength: 255 };

/** A project is required; the handler says so after it has looked who asks. */
export const usagesQuery = queries({
  9: { project_id: single(id), user_id: single(id) },
  38: { consumer_type: single(type) },
});

const amounts = mapOf(integer);
/** Since 1.38 by the type of the consumers, with their number. */
export const usagesResponse = { 9: shape({ usages: amounts }), 38: shape({ usages: mapOf(amounts) }) };
