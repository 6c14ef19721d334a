import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { groupRoutes } from './group-routes.ts';
import { ruleRoutes } from './rule-routes.ts';

export const securityGroupProxyRoutes = (deps: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] => [
  ...groupRoutes(deps),
  ...ruleRoutes(deps),
];
