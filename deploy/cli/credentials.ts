import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Credentials } from '../client/api-client.ts';

interface Cloud {
  /** PEM file of authorities whose servers are believed besides the public ones. */
  readonly cacert?: string;
  readonly auth?: {
    readonly auth_url?: string;
    readonly username?: string;
    readonly password?: string;
    readonly project_name?: string;
    readonly user_domain_id?: string;
  };
}

/**
 * Whoever the user is: OS_* variables, or an entry of the first clouds.yaml that is there (OS_CLIENT_CONFIG_FILE, this folder, a local
 * region's `.volvox`, `~/.config/openstack`).
 * @param role without a named cloud, `admin` takes `volvox-admin`.
 * @throws saying what is missing and where it was looked for.
 */
export function findCredentials(cloud: string | undefined, role: 'user' | 'admin'): Credentials {
  const { env } = process;
  const name = cloud ?? env.OS_CLOUD;
  if (name === undefined && env.OS_AUTH_URL !== undefined) return fromEnvironment(env);
  const paths = cloudsFiles();
  const file = paths.find(existsSync);
  if (file === undefined) {
    throw new Error(`no clouds.yaml (looked for ${paths.join(', ')}) and no OS_AUTH_URL; is a region running?`);
  }
  return fromClouds(file, name ?? (role === 'admin' ? 'volvox-admin' : 'volvox'));
}

/** Where a clouds.yaml may be, in the order in which they are asked. */
export function cloudsFiles(): readonly string[] {
  const candidates = [
    process.env.OS_CLIENT_CONFIG_FILE,
    'clouds.yaml',
    '.volvox/clouds.yaml',
    join(import.meta.dirname, '../../.volvox/clouds.yaml'),
    join(homedir(), '.config/openstack/clouds.yaml'),
  ].flatMap((path) => (path === undefined ? [] : [resolve(path)]));
  return [...new Set(candidates)];
}

function fromClouds(file: string, name: string): Credentials {
  const { clouds = {} } = (parse(readFileSync(file, 'utf8')) ?? {}) as { clouds?: Record<string, Cloud> };
  const { auth, cacert } = clouds[name] ?? {};
  if (auth === undefined) {
    throw new Error(`${file} has no cloud ${name}; it has: ${Object.keys(clouds).join(', ') || 'none'}`);
  }
  return complete(
    file,
    {
      authUrl: auth.auth_url,
      username: auth.username,
      password: auth.password,
      projectName: auth.project_name,
      domainId: auth.user_domain_id ?? 'default',
    },
    cacert,
  );
}

const fromEnvironment = (env: NodeJS.ProcessEnv): Credentials =>
  complete(
    'the environment (OS_*)',
    {
      authUrl: env.OS_AUTH_URL,
      username: env.OS_USERNAME,
      password: env.OS_PASSWORD,
      projectName: env.OS_PROJECT_NAME,
      domainId: env.OS_USER_DOMAIN_ID ?? 'default',
    },
    env.OS_CACERT,
  );

type Required = Omit<Credentials, 'caFile'>;

function complete(
  source: string,
  found: { readonly [K in keyof Required]: string | undefined },
  caFile: string | undefined,
): Credentials {
  const { authUrl, username, password, projectName, domainId } = found;
  if (!authUrl || !username || !password || !projectName || !domainId) {
    const missing = Object.entries(found).flatMap(([name, value]) => (value ? [] : [name]));
    throw new Error(`${source} does not set ${missing.join(', ')}`);
  }
  const root = authUrl.replace(/\/$/, '');
  const url = root.endsWith('/v3') ? root : `${root}/v3`;
  const known = { authUrl: url, username, password, projectName, domainId };
  return caFile === undefined || caFile === '' ? known : { ...known, caFile };
}
