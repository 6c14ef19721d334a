import type { FastifyInstance } from 'fastify';

/** Nouns that are not offered and that clients list on their way to others: none of them exist. */
const NOUNS = {
  floatingips: 'floatingips',
  routers: 'routers',
  subnetpools: 'subnetpools',
  'address-scopes': 'address_scopes',
  'rbac-policies': 'rbac_policies',
  availability_zones: 'availability_zones',
  agents: 'agents',
  trunks: 'trunks',
  'service-providers': 'service_providers',
} as const;

export function registerEmptyLists(app: FastifyInstance): void {
  for (const [path, noun] of Object.entries(NOUNS)) app.get(`/v2.0/${path}`, async () => ({ [noun]: [] }));
}
