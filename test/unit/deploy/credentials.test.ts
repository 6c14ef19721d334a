import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findCredentials } from '../../../deploy/cli/credentials.ts';

const CLOUDS = `
clouds:
  volvox:
    auth: {auth_url: 'http://a/identity', username: demo, password: p, project_name: demo}
  volvox-admin:
    auth: {auth_url: 'http://a/identity/v3/', username: admin, password: q, project_name: admin, user_domain_id: other}
  broken:
    auth: {auth_url: 'http://a/identity/v3'}
`;

describe('findCredentials', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clouds-'));
    writeFileSync(join(folder, 'clouds.yaml'), CLOUDS);
    for (const name of ['OS_CLOUD', 'OS_AUTH_URL', 'OS_USERNAME', 'OS_PASSWORD', 'OS_PROJECT_NAME'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('OS_CLIENT_CONFIG_FILE', join(folder, 'clouds.yaml'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes the cloud that fits who is needed', () => {
    expect(findCredentials(undefined, 'user')).toEqual({
      authUrl: 'http://a/identity/v3',
      username: 'demo',
      password: 'p',
      projectName: 'demo',
      domainId: 'default',
    });
    expect(findCredentials(undefined, 'admin')).toMatchObject({ username: 'admin', domainId: 'other' });
  });

  it('says what is missing', () => {
    expect(() => findCredentials('nowhere', 'user')).toThrow(/no cloud nowhere; it has: volvox, volvox-admin, broken/);
    expect(() => findCredentials('broken', 'user')).toThrow(/does not set username, password, projectName/);
  });

  it('takes OS_* variables unless a cloud is named', () => {
    vi.stubEnv('OS_AUTH_URL', 'http://b/v3');
    vi.stubEnv('OS_USERNAME', 'u');
    vi.stubEnv('OS_PASSWORD', 'w');
    vi.stubEnv('OS_PROJECT_NAME', 'x');
    expect(findCredentials(undefined, 'user')).toMatchObject({ authUrl: 'http://b/v3', username: 'u' });
    expect(findCredentials('volvox', 'user')).toMatchObject({ username: 'demo' });
  });
});
