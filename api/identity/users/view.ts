import { fromJson } from '#platform/database/json-column.ts';
import type { UserRow } from '#platform/directory/stores/users.ts';
import type { ApiConfig } from '../../config.ts';
import type { Extra } from '../attributes.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { selfLink } from '../links.ts';

export const userView = (row: UserRow, config: Pick<ApiConfig, 'publicUrl'>) => ({
  ...fromJson<Extra>(row.extra),
  id: row.id,
  name: row.name,
  description: row.description,
  ...(row.email === null ? {} : { email: row.email }),
  enabled: row.enabled === 1,
  domain_id: DEFAULT_DOMAIN.id,
  ...(row.default_project_id === null ? {} : { default_project_id: row.default_project_id }),
  options: {},
  password_expires_at: null,
  links: selfLink(config, 'users', row.id),
});
