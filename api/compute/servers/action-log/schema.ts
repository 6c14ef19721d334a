import { type ByVersion, joinVersions, mapVersions } from '../../../http/by-version.ts';
import {
  arrayOf,
  limitAndMarker,
  looseQuery,
  several,
  single,
  strictQuery,
  string,
} from '../../../http/parameter-types.ts';
import { links, type MemberChanges, shape, shapes, stringOrNull, together } from '../../../http/response-types.ts';
import type { Schema } from '../../../http/validator.ts';

const moment: Schema = { type: 'string', format: 'date-time' };
const since58 = strictQuery({
  ...limitAndMarker,
  limit: single(limitAndMarker.limit.items as Schema),
  marker: single(string),
  'changes-since': single(moment),
});
const since66 = strictQuery({ ...(since58.properties as Record<string, Schema>), 'changes-before': single(moment) });

export const LIST_QUERY = { 1: looseQuery({ limit: several(string) }), 58: since58, 66: since66 };

const ACTION: ByVersion<MemberChanges> = {
  1: {
    action: string,
    instance_uuid: string,
    message: stringOrNull,
    project_id: stringOrNull,
    request_id: string,
    start_time: string,
    user_id: stringOrNull,
  },
  58: { updated_at: string },
};
const event = shapes({
  1: {
    event: string,
    start_time: string,
    finish_time: stringOrNull,
    result: stringOrNull,
    'traceback?': stringOrNull,
  },
  62: { hostId: string, 'host?': stringOrNull },
  84: { 'details?': stringOrNull },
});
export const instanceActionsResponse = joinVersions(shapes(ACTION), { 1: {}, 58: { 'links?': links } }, (item, more) =>
  shape({ instanceActions: arrayOf(item), ...more }),
);
/** Until 2.50 only admins saw events. */
const events: ByVersion<MemberChanges> = {
  ...mapVersions(event, (item): MemberChanges => ({ 'events?': arrayOf(item) })),
  51: { events: arrayOf(event[1] ?? {}) },
  62: { events: arrayOf(event[62] ?? {}) },
  84: { events: arrayOf(event[84] ?? {}) },
};
export const instanceActionResponse = mapVersions(shapes(together(ACTION, events)), (item) =>
  shape({ instanceAction: item }),
);
