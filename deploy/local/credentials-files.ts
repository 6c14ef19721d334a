import { stringify } from 'yaml';
import type { Home } from './home.ts';
import { giveToCaller, writePrivate } from './private-file.ts';
import type { RegionSettings } from './settings.ts';

export const identityUrl = (settings: RegionSettings): string =>
  `http://127.0.0.1:${settings.global.apiPort}/identity/v3`;

/** The two users that every local region has. Clouds are named `volvox` (demo) and `volvox-admin`. */
const users = (settings: RegionSettings) => [
  { cloud: 'volvox', username: 'demo', project: 'demo', password: settings.demoPassword },
  { cloud: 'volvox-admin', username: 'admin', project: 'admin', password: settings.adminPassword },
];

/** Writes clouds.yaml, openrc (admin) and openrc-demo; when the region runs by sudo, they belong to who asked for it. */
export function writeCredentials(home: Home, settings: RegionSettings): void {
  const clouds = users(settings).map(({ cloud, username, project, password }) => [
    cloud,
    {
      auth: {
        auth_url: identityUrl(settings),
        username,
        password,
        project_name: project,
        user_domain_id: 'default',
        project_domain_id: 'default',
      },
      region_name: 'RegionOne',
      identity_api_version: 3,
    },
  ]);
  hand(home.cloudsYaml, stringify({ clouds: Object.fromEntries(clouds) }));
  for (const { username, project, password } of users(settings)) {
    hand(home.openrc(username), openrc({ url: identityUrl(settings), username, project, password }));
  }
}

function hand(path: string, content: string): void {
  writePrivate(path, content);
  giveToCaller(path);
}

const openrc = (one: { url: string; username: string; project: string; password: string }): string =>
  Object.entries({
    OS_AUTH_URL: one.url,
    OS_USERNAME: one.username,
    OS_PASSWORD: one.password,
    OS_PROJECT_NAME: one.project,
    OS_USER_DOMAIN_ID: 'default',
    OS_PROJECT_DOMAIN_ID: 'default',
    OS_REGION_NAME: 'RegionOne',
    OS_IDENTITY_API_VERSION: '3',
  })
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
