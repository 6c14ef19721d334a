import { column, UNTAGGED } from '../http/listing.ts';
import { neutronTime } from './times.ts';

/** What every record of the Networking API has. */
interface StandardRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

/** By what every list is filtered and sorted. */
export const STANDARD_ATTRIBUTES = {
  id: column.text('id'),
  name: column.text('name'),
  description: column.text('description'),
  project_id: column.text('projectId'),
  tenant_id: column.text('projectId'),
  created_at: column.moment('createdAt'),
  updated_at: column.moment('updatedAt'),
  revision_number: column.integer('revision'),
  ...UNTAGGED,
};

/** What every view has, and its name. */
export const standardView = (record: StandardRecord) => ({
  id: record.id,
  name: record.name,
  description: record.description,
  project_id: record.projectId,
  tenant_id: record.projectId,
  tags: [],
  created_at: neutronTime(record.createdAt),
  updated_at: neutronTime(record.updatedAt),
  revision_number: record.revision,
});
