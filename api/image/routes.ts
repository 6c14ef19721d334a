import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { imageDataRoutes } from './images/data-routes.ts';
import { imageNounRoutes } from './images/routes.ts';
import { imageTagRoutes } from './images/tag-routes.ts';
import { memberRoutes } from './members/routes.ts';
import { imageQuotaRoutes } from './quotas/routes.ts';
import { schemaRoutes } from './schemas/routes.ts';
import { versionRoutes } from './versions/routes.ts';

/** Every operation of the Image API, noun by noun. */
export const imageRoutes = (deps: ApiDeps): readonly Route[] => [
  ...versionRoutes(deps.config),
  ...imageNounRoutes(deps),
  ...imageTagRoutes(deps),
  ...imageDataRoutes(deps),
  ...memberRoutes(deps),
  ...imageQuotaRoutes(deps),
  ...schemaRoutes,
];
