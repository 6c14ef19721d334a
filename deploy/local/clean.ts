import { existsSync } from 'node:fs';
import { endLeft } from './end-left.ts';
import { HOME_VARIABLE } from './environment.ts';
import { homeAt, quoted } from './home.ts';
import { hostsByMark, markOf, removeHosts } from './left-hosts.ts';
import { environmentValues } from './process-identity.ts';

/**
 * Removes from this machine what regions have left whose folder is gone: processes, network namespaces with their devices and rules, files of DHCP
 * and metadata servers. A region whose folder is there keeps all: its next start takes it over. A host of which no process runs belongs to no
 * region that runs, so it goes, too.
 * @returns the exit status.
 */
export async function clean(print: (text: string) => void): Promise<number> {
  const roots = environmentValues(HOME_VARIABLE);
  for (const root of roots) {
    if (existsSync(root)) continue;
    print(`${root} is gone; ending what its region left\n`);
    await endLeft(homeAt(root), null);
  }
  const homes = new Map([...roots].map((root) => [markOf(root), root]));
  for (const [mark, hosts] of await hostsByMark()) {
    const root = homes.get(mark);
    if (root !== undefined) {
      print(`${[...hosts.keys()].join(', ')}: kept, a part of the region in ${root} runs. `);
      print(`To end it: npm start -- stop --home ${quoted(root)}\n`);
      continue;
    }
    await removeHosts(hosts.keys());
    print(`${[...hosts.keys()].join(', ')}: removed\n`);
  }
  return 0;
}
