import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { actionLogRoutes } from './action-log/routes.ts';
import { serverActionRoute } from './actions/index.ts';
import { remoteConsoleRoutes } from './consoles/routes.ts';
import { createRoutes } from './create/routes.ts';
import { deleteRoutes } from './delete/routes.ts';
import { diagnosticsRoutes } from './diagnostics/routes.ts';
import { interfaceRoutes } from './interfaces/routes.ts';
import { listRoutes } from './list/routes.ts';
import { metadataRoutes } from './metadata/routes.ts';
import { serverMigrationRoutes } from './migrations/routes.ts';
import { passwordRoutes } from './password/routes.ts';
import { shareRoutes } from './shares/routes.ts';
import { showRoutes } from './show/routes.ts';
import { tagRoutes } from './tags/routes.ts';
import { topologyRoutes } from './topology/routes.ts';
import { updateRoutes } from './update/routes.ts';
import { volumeAttachmentRoutes } from './volume-attachments/routes.ts';

/** Everything below `/servers`. */
export const serverRoutes = (deps: ApiDeps): readonly Route[] => [
  ...createRoutes(deps),
  ...listRoutes(deps),
  ...showRoutes(deps),
  ...updateRoutes(deps),
  ...deleteRoutes(deps),
  serverActionRoute(deps),
  ...metadataRoutes(deps),
  ...tagRoutes(deps),
  ...interfaceRoutes(deps),
  ...actionLogRoutes(deps),
  ...diagnosticsRoutes(deps),
  ...remoteConsoleRoutes(deps),
  ...serverMigrationRoutes(deps),
  ...volumeAttachmentRoutes(deps),
  ...shareRoutes(deps),
  ...topologyRoutes(deps),
  ...passwordRoutes(deps),
];
