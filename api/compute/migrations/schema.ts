import { joinVersions } from '../../http/by-version.ts';
import { arrayOf, limitAndMarker, looseQuery, several, strictQuery, string } from '../../http/parameter-types.ts';
import { integer, links, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const FILTERS = {
  hidden: several(string),
  host: several(string),
  instance_uuid: several(string),
  source_compute: several(string),
  status: several(string),
  migration_type: several(string),
};
const moment = several({ type: 'string', format: 'date-time' });
const PAGED = { ...FILTERS, ...limitAndMarker, 'changes-since': moment };
const CHANGES = { ...PAGED, 'changes-before': moment };
export const listMigrationsQuery = {
  1: looseQuery(FILTERS),
  59: strictQuery(PAGED),
  66: strictQuery(CHANGES),
  80: strictQuery({ ...CHANGES, user_id: several(string), project_id: several(string) }),
};

const migration = shapes({
  1: {
    id: integer,
    instance_uuid: string,
    status: string,
    source_compute: stringOrNull,
    source_node: stringOrNull,
    dest_compute: stringOrNull,
    dest_node: stringOrNull,
    dest_host: stringOrNull,
    old_instance_type_id: integer,
    new_instance_type_id: integer,
    created_at: string,
    updated_at: stringOrNull,
  },
  23: { migration_type: string, 'links?': links },
  59: { uuid: string },
  80: { user_id: string, project_id: string },
});
export const migrationsResponse = joinVersions<Schema, boolean, Schema>(
  migration,
  { 1: false, 59: true },
  (one, hasLinks) => shape({ migrations: arrayOf(one), ...(hasLinks ? { 'migrations_links?': links } : {}) }),
);
