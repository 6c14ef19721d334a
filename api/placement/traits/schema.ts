import { arrayOf, object, single, string } from '../../http/parameter-types.ts';
import { integer, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { everyVersion, queries } from '../response-types.ts';

export const listTraitsQuery = queries({ 0: { name: single(string), associated: single(string) } });
export const traitsResponse = everyVersion(shape({ traits: arrayOf(string) }));

const trait: Schema = { type: 'string', pattern: '^[A-Z0-9_]+$', minLength: 1, maxLength: 255 };
export const providerTraitsBody = everyVersion(
  object(
    {
      traits: arrayOf(trait, { uniqueItems: true, maxItems: 500 }),
      resource_provider_generation: { ...integer, minimum: 0 },
    },
    ['traits', 'resource_provider_generation'],
  ),
);
export interface ProviderTraits {
  readonly traits: readonly string[];
  readonly resource_provider_generation: number;
}
