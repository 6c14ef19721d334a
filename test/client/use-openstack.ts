import { afterAll } from 'vitest';
import { OpenstackSession } from './openstack-session.ts';

interface CredentialFiles {
  readonly cloudsYaml: string;
}

interface Who {
  readonly as: 'admin' | 'demo';
  /** The microversion of the Compute API; absent: what the client uses by itself. */
  readonly version?: string;
  /** That of the Placement API. */
  readonly placement?: string;
}

/** Runs a command of the `openstack` client in a session that all commands of the user at the microversions share; they end after all tests. */
export function useOpenstack(files: () => CredentialFiles): (line: string, who: Who) => Promise<string> {
  const sessions = new Map<string, OpenstackSession>();
  afterAll(() => Promise.all([...sessions.values()].map((session) => session.close())));
  return (line, { as, ...versions }) => {
    const key = JSON.stringify([as, versions]);
    const { cloudsYaml } = files();
    const cloud = as === 'admin' ? 'volvox-admin' : 'volvox';
    const session = sessions.get(key) ?? new OpenstackSession({ cloudsYaml, cloud, ...versions });
    sessions.set(key, session);
    return session.run(line);
  };
}
