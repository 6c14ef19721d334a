import { createHash } from 'node:crypto';

/** The endpoints of each API. They depend only on the configuration, so all api processes return the same. */
export interface CatalogService {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly CatalogEndpoint[];
}
interface CatalogEndpoint {
  readonly id: string;
  readonly interface: 'public' | 'internal' | 'admin';
  readonly region: string;
  readonly region_id: string;
  readonly url: string;
}

/** By the names that client libraries look for. */
const SERVICES = [
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'image', name: 'glance', path: '/image' },
  { type: 'network', name: 'neutron', path: '/network' },
  { type: 'placement', name: 'placement', path: '/placement' },
] as const;

/** Ids stay the same as long as what they name does. */
const idOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 32);

export function catalogOf(config: { readonly publicUrl: string; readonly region: string }): readonly CatalogService[] {
  return SERVICES.map(({ type, name, path }) => ({
    id: idOf(type),
    type,
    name,
    endpoints: (['public', 'internal', 'admin'] as const).map((kind) => ({
      id: idOf(type, kind, config.region),
      interface: kind,
      region: config.region,
      region_id: config.region,
      url: `${config.publicUrl}${path}`,
    })),
  }));
}
