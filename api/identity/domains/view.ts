import type { ApiConfig } from '../../config.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { selfLink } from '../links.ts';

export const domainView = (config: Pick<ApiConfig, 'publicUrl'>) => ({
  ...DEFAULT_DOMAIN,
  description: 'The default domain',
  enabled: true,
  options: {},
  tags: [],
  links: selfLink(config, 'domains', DEFAULT_DOMAIN.id),
});
