import type { UserRecord } from '#platform/directory/stores/users.ts';
import type { ApiConfig } from '../../config.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { selfLink } from '../links.ts';

export const userView = (user: UserRecord, config: Pick<ApiConfig, 'publicUrl'>) => ({
  ...user.extra,
  id: user.id,
  name: user.name,
  description: user.description,
  ...(user.email === null ? {} : { email: user.email }),
  enabled: user.enabled,
  domain_id: DEFAULT_DOMAIN.id,
  ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
  options: {},
  password_expires_at: null,
  links: selfLink(config, 'users', user.id),
});
