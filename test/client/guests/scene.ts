import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, login } from '../../../deploy/client/api-client.ts';
import { identityUrl } from '../../../deploy/local/credentials-files.ts';
import { apiUrl } from '../../../deploy/local/process-configs.ts';
import type { TestRegion } from '../../support/test-region.ts';
import { ObservedGuest } from './observed-guest.ts';

const HOSTS = ['cell-1-host', 'cell-1-2-host'] as const;

/** What commands find when they begin, and what their effects are seen on. */
export interface Scene {
  readonly region: TestRegion;
  /** The user demo, whose servers they are. */
  readonly user: ApiClient;
  /** A folder of files that commands read and write. */
  readonly folder: string;
  readonly imageUrl: string;
  guest(name: string): ObservedGuest;
  /** With each `{kind:name}` replaced by an id or a path. */
  filledIn(command: string): Promise<string>;
}

/** `files`: their contents, by name. */
export async function sceneOf(region: TestRegion, files: Readonly<Record<string, string>>): Promise<Scene> {
  const { settings } = region.region;
  const user = await login({
    authUrl: identityUrl(settings),
    ...{ username: 'demo', password: settings.demoPassword, projectName: 'demo', domainId: 'default' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'volvox-client-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

  const guests = new Map<string, ObservedGuest>();
  const guest = (name: string): ObservedGuest => {
    const known = guests.get(name) ?? new ObservedGuest(region, name);
    guests.set(name, known);
    return known;
  };
  const meanings: Readonly<Record<string, (name: string) => Promise<string>>> = {
    server: (name) => guest(name).id(),
    file: async (name) => join(folder, name),
    network: async (name) =>
      (await user.call('network', 'GET /v2.0/networks', { query: { name } })).networks[0]?.id ?? '',
    port: async (name) => (await user.call('network', 'GET /v2.0/ports', { query: { name } })).ports[0]?.id ?? '',
    host: (name) => guest(name).hostOf(),
    'noted-host': async (name) => guest(name).noted,
    service: async (name) => serviceOf(region, await guest(name).hostOf()),
    'noted-service': (name) => serviceOf(region, guest(name).noted),
    migration: async (name) => String((await guest(name).migration()).id),
    'other-host': async (name) => {
      const here = await guest(name).hostOf();
      return HOSTS.find((host) => host !== here) ?? '';
    },
  };
  const filledIn = async (command: string): Promise<string> => {
    const parts = command.split(/(\{[^}]+\})/);
    const filled = parts.map(async (part) => {
      const [, kind = '', name = ''] = /^\{([^:]+):(.*)\}$/.exec(part) ?? [];
      return kind === '' ? part : await (meanings[kind]?.(name) ?? Promise.reject(new Error(`unknown: ${part}`)));
    });
    return (await Promise.all(filled)).join('');
  };
  const imageUrl = `${apiUrl(settings)}/image`;
  return { region, user, folder, imageUrl, guest, filledIn };
}

/** The id of the compute service of a host. */
async function serviceOf({ admin }: TestRegion, host: string): Promise<string> {
  const query = { binary: 'nova-compute', host };
  const { services } = await admin.call('compute', 'GET /os-services', { query });
  const [service] = services;
  if (service === undefined || !('id' in service)) throw new Error(`${host} has no compute service`);
  return String(service.id);
}
