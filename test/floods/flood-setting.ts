import { HttpClient } from './http-client.ts';
import type { FloodSetting } from './measure-flood.ts';
import { apiMemoryMib } from './memory-curve.ts';

interface Region {
  readonly urls: { readonly api: string };
  readonly supervisor: { readonly pid: number };
}
interface Passwords {
  readonly adminPassword: string;
  readonly demoPassword: string;
}

const UNLIMITED = { quota_set: { instances: -1, cores: -1, ram: -1, key_pairs: -1 } };

/** Logs in as both users of a local region and lifts their quotas. The demo user floods. */
export async function openSetting(
  { urls, supervisor }: Region,
  { adminPassword, demoPassword }: Passwords,
  bounds: Pick<FloodSetting, 'clients' | 'forMs'>,
): Promise<{ readonly setting: FloodSetting; close(): Promise<void> }> {
  const peaceful = new HttpClient(urls.api, 4);
  const hostile = new HttpClient(urls.api, bounds.clients);
  await peaceful.logIn({ user: 'admin', password: adminPassword, project: 'admin' });
  await hostile.logIn({ user: 'demo', password: demoPassword, project: 'demo' });
  const get = async (path: string) => JSON.parse((await peaceful.send('GET', path)).body);
  const { projects } = await get('/identity/v3/projects');
  for (const { id } of projects) await peaceful.send('PUT', `/compute/v2.1/os-quota-sets/${id}`, UNLIMITED);
  const { flavors } = await get('/compute/v2.1/flavors?sort_key=memory_mb');
  const { images } = await get('/image/v2/images?name=volvox-guest');
  const { networks } = JSON.parse((await hostile.send('GET', '/network/v2.0/networks')).body);
  const [flavor, image, network] = [flavors[0], images[0], networks[0]];
  if (flavor === undefined || image === undefined || network === undefined) throw new Error('the region is not seeded');
  return {
    setting: {
      ...bounds,
      hostile,
      peaceful,
      input: { flavorRef: flavor.id, imageRef: image.id, network: network.id },
      memory: () => apiMemoryMib(supervisor.pid),
    },
    close: async () => {
      await hostile.close();
      await peaceful.close();
    },
  };
}
