import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** What is offered beyond Neutron's core; clients look before they use an attribute. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  binding: 'Port Binding',
  'dns-integration': 'DNS Integration',
  'external-net': 'Neutron external network',
  'net-mtu': 'Network MTU',
  'net-mtu-writable': 'Network MTU (writable)',
  pagination: 'Pagination support',
  'port-security': 'Port Security',
  'project-id': 'project_id field enabled',
  provider: 'Provider Network',
  quotas: 'Quota management support',
  quota_details: 'Quota details management support',
  'security-group': 'security-group',
  sorting: 'Sorting support',
  'standard-attr-description': 'standard-attr-description',
  'standard-attr-revisions': 'Resource revision numbers',
  'standard-attr-timestamp': 'Resource timestamps',
};

const view = (alias: string, name: string) => ({
  alias,
  name,
  description: name,
  updated: '2026-01-01T00:00:00-00:00',
  links: [],
});

export function registerExtensions(app: FastifyInstance): void {
  app.get('/v2.0/extensions', async () => ({
    extensions: Object.entries(EXTENSIONS).map(([alias, name]) => view(alias, name)),
  }));
  app.get<{ Params: { alias: string } }>('/v2.0/extensions/:alias', async (request) => {
    const { alias } = request.params;
    const name = Object.hasOwn(EXTENSIONS, alias) ? EXTENSIONS[alias] : undefined;
    if (name === undefined) throw new VolvoxError('not-found', `Extension with alias ${alias} does not exist`);
    return { extension: view(alias, name) };
  });
}
