import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import { member } from '../http/listing.ts';
import { TAG_FILTERS } from './tags/schema.ts';
import { neutronTime } from './times.ts';

/** What every record of the Networking API has. */
type StandardRecord = Pick<
  NetworkRecord,
  'id' | 'projectId' | 'name' | 'description' | 'tags' | 'createdAt' | 'updatedAt' | 'revision'
>;

/** By what every list is filtered and sorted. */
export const STANDARD_ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name'),
  description: member.text('description'),
  project_id: member.text('projectId'),
  tenant_id: member.text('projectId'),
  created_at: member.moment('createdAt'),
  updated_at: member.moment('updatedAt'),
  revision_number: member.integer('revision'),
  ...TAG_FILTERS,
};

/** What every view has, and its name. */
export const standardView = (record: StandardRecord) => ({
  id: record.id,
  name: record.name,
  description: record.description,
  project_id: record.projectId,
  tenant_id: record.projectId,
  tags: record.tags,
  created_at: neutronTime(record.createdAt),
  updated_at: neutronTime(record.updatedAt),
  revision_number: record.revision,
});
