import { column, UNTAGGED } from '../http/listing.ts';
import { neutronTime } from './times.ts';

/** What every row of the Networking API has. */
interface StandardRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly revision: number;
}

/** By what every list is filtered and sorted. */
export const STANDARD_ATTRIBUTES = {
  id: column.text('id'),
  name: column.text('name'),
  description: column.text('description'),
  project_id: column.text('project_id'),
  tenant_id: column.text('project_id'),
  created_at: column.moment('created_at'),
  updated_at: column.moment('updated_at'),
  revision_number: column.integer('revision'),
  ...UNTAGGED,
};

/** What every view has, and its name. */
export const standardView = (row: StandardRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  project_id: row.project_id,
  tenant_id: row.project_id,
  tags: [],
  created_at: neutronTime(row.created_at),
  updated_at: neutronTime(row.updated_at),
  revision_number: row.revision,
});
