import { CREATE_SIGHTINGS } from '../../audit/sightings-table.ts';
import type { Migration } from '../../database/migrations.ts';

/** What processes of the global tier saw go wrong between audits. */
export const sightings: Migration = { name: '0050-sightings', up: [CREATE_SIGHTINGS] };
