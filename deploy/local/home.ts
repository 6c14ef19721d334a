import { join, resolve } from 'node:path';

/** Where everything of a local region lives. One folder; removing it removes the region. */
export interface Home {
  readonly root: string;
  /** Generated once: ports, passwords, keys. */
  readonly settings: string;
  /** What runs now; for tests, the CLI and the benchmark. */
  readonly state: string;
  readonly cloudsYaml: string;
  readonly openrc: (user: string) => string;
  /** The authority of the region: its certificate, and the key that signs all others. */
  readonly authority: string;
  /** Certificate, key and authorities of one process. */
  readonly tls: (process: string) => string;
  readonly cache: string;
  readonly data: (...parts: string[]) => string;
  readonly config: (process: string) => string;
  readonly log: (process: string) => string;
}

/** The command that stops the region, as one types it. */
export const stopCommand = (home: Home): string =>
  home.root === resolve('.volvox') ? 'npm start stop' : `npm start -- stop --home ${quoted(home.root)}`;

/** A path as a shell takes it for one word. */
export const quoted = (path: string): string =>
  /^[\w@%+=:,./*-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** `cache`: what is kept between regions, when it shall not be in the home. */
export function homeAt(folder: string, cache: string | null = null): Home {
  const root = resolve(folder);
  return {
    root,
    settings: join(root, 'settings.json'),
    state: join(root, 'region.json'),
    cloudsYaml: join(root, 'clouds.yaml'),
    openrc: (user) => join(root, user === 'admin' ? 'openrc' : `openrc-${user}`),
    authority: join(root, 'authority'),
    tls: (name) => join(root, 'tls', name),
    cache: resolve(cache ?? join(root, 'cache')),
    data: (...parts) => join(root, 'data', ...parts),
    config: (name) => join(root, 'config', `${name}.yaml`),
    log: (name) => join(root, 'logs', `${name}.log`),
  };
}
