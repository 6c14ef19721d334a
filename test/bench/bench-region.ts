import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atInterrupt } from '../support/interruptible.ts';
import { ComputeClient } from './compute-client.ts';
import type { BuildInput } from './measures.ts';
import { type Usage, usageOfTree } from './process-usage.ts';

const run = promisify(execFile);

interface RegionFile {
  readonly urls: { readonly api: string };
  readonly supervisor: { readonly pid: number };
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** A region that runs the code of some checkout, with its state in a folder of its own. */
export class BenchRegion {
  readonly home: string;
  readonly #checkout: string;
  /** Takes it from what an interrupt stops; null: it was never asked to start. */
  #forgotten: (() => void) | null = null;

  /** @param checkout its packages must be installed. */
  constructor(home: string, checkout: string = process.cwd()) {
    this.home = home;
    this.#checkout = checkout;
  }

  /** @param args of `npm start`. @returns how long it took, s. */
  async start(...args: readonly string[]): Promise<number> {
    const from = performance.now();
    this.#forgotten = atInterrupt(() => this.stop());
    const cells = args.includes('--cells') ? [] : ['--cells', '2'];
    await this.#command('start', ...args, ...cells, '--port-base', '0', '--detach');
    return (performance.now() - from) / 1000;
  }

  async stop(): Promise<void> {
    if (this.#forgotten === null) return;
    await this.#command('stop');
    this.#forgotten();
  }

  /** As its admin, over so many connections. */
  async login(connections: number): Promise<ComputeClient> {
    const { urls } = await this.#file();
    const { adminPassword } = JSON.parse(await readFile(join(this.home, 'settings.json'), 'utf8')) as {
      adminPassword: string;
    };
    return ComputeClient.login(urls.api, { user: 'admin', password: adminPassword, project: 'admin' }, connections);
  }

  /** Asks what all processes of the region have used so far. */
  async meter(): Promise<() => Usage> {
    const { supervisor } = await this.#file();
    return () => usageOfTree(supervisor.pid);
  }

  /** Where its API is, and its processes as they are now. */
  async running(): Promise<{ readonly url: string; readonly processes: RegionFile['processes'] }> {
    const { urls, processes } = await this.#file();
    return { url: urls.api, processes };
  }

  async #file(): Promise<RegionFile> {
    return JSON.parse(await readFile(join(this.home, 'region.json'), 'utf8')) as RegionFile;
  }

  #command(...args: readonly string[]): Promise<unknown> {
    return run(process.execPath, ['deploy/local/main.ts', ...args, '--home', this.home], {
      cwd: this.#checkout,
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}

/** Lifts the quota of the admin's project, and finds what servers are built from. */
export async function prepare(client: ComputeClient): Promise<BuildInput> {
  const { projects } = (await client.call('identity', 'GET /v3/auth/projects')).body;
  const project = projects.find(({ name }) => name === 'admin')?.id ?? '';
  const unlimited = { instances: -1, cores: -1, ram: -1 };
  await client.call('compute', 'PUT /os-quota-sets/{project}', { path: { project }, body: { quota_set: unlimited } });
  const [flavors, images, networks] = await Promise.all([
    client.call('compute', 'GET /flavors', { query: { sort_key: 'memory_mb', sort_dir: 'asc' } }),
    client.call('image', 'GET /v2/images'),
    client.call('network', 'GET /v2.0/networks'),
  ]);
  const [flavor] = flavors.body.flavors;
  const [image] = images.body.images;
  const [network] = networks.body.networks;
  if (flavor === undefined || image === undefined || network === undefined) throw new Error('the region is not seeded');
  return { flavorId: flavor.id, imageId: image.id, networkId: network.id };
}
