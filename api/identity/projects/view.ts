import { fromJson } from '#platform/database/json-column.ts';
import type { ProjectRow } from '#platform/directory/stores/projects.ts';
import type { ApiConfig } from '../../config.ts';
import type { Extra } from '../attributes.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { selfLink } from '../links.ts';

export const projectView = (row: ProjectRow, config: Pick<ApiConfig, 'publicUrl'>) => ({
  ...fromJson<Extra>(row.extra),
  id: row.id,
  name: row.name,
  description: row.description,
  enabled: row.enabled === 1,
  domain_id: DEFAULT_DOMAIN.id,
  parent_id: DEFAULT_DOMAIN.id,
  is_domain: false,
  tags: fromJson<string[]>(row.tags),
  options: {},
  links: selfLink(config, 'projects', row.id),
});
