import { readFileSync } from 'node:fs';
import type { TestRegion } from '../../support/test-region.ts';
import type { Found } from './read-command.ts';

/** The microversion of the Placement API that the client chooses by itself. */
export const NEGOTIATED = '1.29';

/** What the API answers the administrator at a path below its root. @throws unless it is 200. */
export async function answerAt(
  region: TestRegion,
  path: string,
  version: string,
  placement = NEGOTIATED,
): Promise<Found> {
  const { home } = region.region;
  const [, root = ''] = /auth_url: (\S+)\/identity\/v3/.exec(readFileSync(home.cloudsYaml, 'utf8')) ?? [];
  const headers = {
    'x-auth-token': region.admin.token,
    'openstack-api-version': `compute ${version}, placement ${placement}`,
  };
  const answer = await fetch(`${root}${path}`, { headers });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Found;
}
