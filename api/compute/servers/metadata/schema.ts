import { metadata, wrapped } from '../../../http/parameter-types.ts';
import { shape, textMap } from '../../../http/response-types.ts';

export const METADATA_BODY = { 1: wrapped('metadata', metadata) };
export const META_BODY = { 1: wrapped('meta', { ...metadata, minProperties: 1, maxProperties: 1 }) };

export const metadataResponse = { 1: shape({ metadata: textMap }) };
export const metaResponse = { 1: shape({ meta: { ...textMap, minProperties: 1, maxProperties: 1 } }) };
