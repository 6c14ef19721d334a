import { arrayOf, nothing, orNull, string } from '../../http/parameter-types.ts';
import { flag, mapOf, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const zones = (hosts: Schema): Schema =>
  shape({ availabilityZoneInfo: arrayOf(shape({ zoneName: string, zoneState: shape({ available: flag }), hosts })) });
const service = shape({ active: flag, available: flag, updated_at: stringOrNull });

export const zonesResponse = { 1: zones(nothing) };
/** Services by host, then by binary. */
export const zonesDetailResponse = { 1: zones(orNull(mapOf(mapOf(service)))) };
