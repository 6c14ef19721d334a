import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, ApiError } from '../client/api-client.ts';
import { certificateFor } from './certificates.ts';
import { REPOSITORY, volvoxEnvironment } from './environment.ts';
import type { Home } from './home.ts';
import { bootstrapConfig, writeConfig } from './process-configs.ts';
import type { Progress } from './progress.ts';
import { runCommand } from './run-command.ts';
import type { RegionSettings } from './settings.ts';

interface Seed {
  /** The bootable image; null with simulated hosts, which get a token of one. */
  readonly image: string | null;
  readonly networkCidr: string;
}

const FLAVORS = [
  { id: '1', name: 'm1.nano', vcpus: 1, ram: 128, disk: 1 },
  { id: '2', name: 'm1.micro', vcpus: 1, ram: 256, disk: 1 },
  { id: '3', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 },
  { id: '4', name: 'm1.small', vcpus: 1, ram: 2048, disk: 10 },
  { id: '5', name: 'm1.medium', vcpus: 2, ram: 4096, disk: 20 },
  { id: '6', name: 'm1.large', vcpus: 4, ram: 8192, disk: 40 },
] as const;
const IMAGE = 'volvox-guest';

/**
 * Gives a new region what one needs to try it, all through its public APIs: flavors, an image, a network. What
 * is there already stays as it is, so an interrupted seeding is simply done again.
 */
export async function seedRegion(admin: ApiClient, seed: Seed, progress: Progress): Promise<void> {
  await progress.step('flavors', async () => {
    for (const flavor of FLAVORS) {
      await unlessThere(admin.call('compute', 'POST /flavors', { body: { flavor } }));
    }
  });
  await progress.step('image', () => seedImage(admin, seed.image));
  await progress.step('network', () => seedNetwork(admin, seed));
}

async function seedImage(admin: ApiClient, path: string | null): Promise<void> {
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: IMAGE } });
  if (images.some((image) => image.status === 'active')) return;
  const { id } =
    images[0] ??
    (await admin.call('image', 'POST /v2/images', {
      body: {
        name: IMAGE,
        visibility: 'public',
        disk_format: path === null ? 'raw' : 'qcow2',
        container_format: 'bare',
        min_disk: path === null ? 0 : 1,
        hw_architecture: 'x86_64',
      },
    }));
  const content = path === null ? new Blob([new Uint8Array(4096)]) : await openAsBlob(path);
  await admin.call('image', 'PUT /v2/images/{id}/file', { path: { id }, bytes: content.stream() });
}

async function seedNetwork(admin: ApiClient, { networkCidr: cidr }: Seed): Promise<void> {
  const { networks } = await admin.call('network', 'GET /v2.0/networks', { query: { name: 'private' } });
  const id = networks[0]?.id ?? (await makeNetwork(admin));
  const { subnets } = await admin.call('network', 'GET /v2.0/subnets', { query: { network_id: id } });
  if (subnets.length > 0) return;
  await admin.call('network', 'POST /v2.0/subnets', {
    body: {
      subnet: { name: 'private', network_id: id, ip_version: 4, cidr, enable_dhcp: true },
    },
  });
}

async function makeNetwork(admin: ApiClient): Promise<string> {
  const body = { network: { name: 'private', shared: true } };
  const answer = await admin.call('network', 'POST /v2.0/networks', { body });
  if (!('network' in answer)) throw new Error('the API did not say which network it created');
  return answer.network.id;
}

/** Waits for what makes a thing; that it is there already is no error. */
async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}

/** Makes the directory's schema, its roles, and the users admin and demo. May be repeated. */
export async function bootstrapIdentity(home: Home, settings: RegionSettings): Promise<void> {
  const tls = certificateFor(home, 'operator', 'operator');
  writeConfig(home, 'bootstrap', { ...bootstrapConfig(settings, home), tls });
  await runCommand(process.execPath, [join(REPOSITORY, 'api/bootstrap.ts')], {
    env: volvoxEnvironment(home, home.config('bootstrap')),
  });
}
