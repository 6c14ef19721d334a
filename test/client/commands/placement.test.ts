import { describe, expect, it } from 'vitest';
import { useOpenstack } from '../use-openstack.ts';
import { answerAt } from './answer-at.ts';
import {
  PLACEMENT_ENDS,
  PLACEMENT_READS,
  PLACEMENT_REFUSALS,
  PLACEMENT_WRITES,
  versionOf,
} from './placement-commands.ts';
import { printedRows } from './printed-rows.ts';
import { type Found, LATEST } from './read-command.ts';
import { showWrite } from './show-write.ts';
import { useTwoServers } from './two-servers.ts';

/** Where `{kind:name}` is looked up: its list, the field that is looked for, and the one that is taken. */
const LISTS: Readonly<Record<string, { readonly path: string; readonly at: string; readonly take: string }>> = {
  server: { path: '/compute/v2.1/servers', at: 'servers', take: 'id' },
  aggregate: { path: '/compute/v2.1/os-aggregates', at: 'aggregates', take: 'uuid' },
  project: { path: '/identity/v3/projects', at: 'projects', take: 'id' },
};
/** The nth hypervisor; it is a provider under the same id. */
const HYPERVISORS: Readonly<Record<string, string>> = { provider: 'id', host: 'hypervisor_hostname' };

describe('the openstack client and the Placement API, as administrator', () => {
  const region = useTwoServers();
  const openstack = useOpenstack(() => region.region.home);

  const idOf = async (kind: string, name: string): Promise<string> => {
    const list = LISTS[kind];
    if (list === undefined) {
      const { hypervisors } = await answerAt(region, '/compute/v2.1/os-hypervisors', LATEST);
      return String((hypervisors as Found[])[Number(name) - 1]?.[HYPERVISORS[kind] ?? '']);
    }
    const found = (await answerAt(region, list.path, LATEST))[list.at] as readonly Found[];
    return String(found.find((one) => one.name === name)?.[list.take]);
  };
  const filled = async (text: string): Promise<string> => {
    const parts = text.split(/(\{\w+:\w+\})/).map((part) => {
      const [, kind = '', name = ''] = /^\{(\w+):(\w+)\}$/.exec(part) ?? [];
      return kind === '' ? part : idOf(kind, name);
    });
    return (await Promise.all(parts)).join('');
  };
  const showEffect = async (command: (typeof PLACEMENT_WRITES)[number]): Promise<void> => {
    const path = await filled(command.path);
    await showWrite(region, { ...command, path }, async (line) => openstack(await filled(line), { as: 'admin' }));
  };

  it.each(PLACEMENT_WRITES)('$run', showEffect);

  it.each(PLACEMENT_READS)('$run', async (command) => {
    const { run, path, rows, version } = command;
    const placement = version === undefined ? {} : { placement: version };
    const said = await openstack(`${await filled(run)} -f json`, { as: 'admin', ...placement });
    const expected = rows(await answerAt(region, await filled(path), LATEST, versionOf(command)));
    expect(expected.length).toBeGreaterThan(0);
    const names = new Set(expected.flatMap(Object.keys));
    const printed = printedRows(said).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))),
    );
    const inOrder = (list: readonly Found[]) => list.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
    expect(inOrder(printed)).toEqual(inOrder(expected));
  });

  it.each(PLACEMENT_REFUSALS)('$run is refused', async ({ run, complains }) => {
    await expect(openstack(await filled(run), { as: 'admin' })).rejects.toThrow(complains);
  });

  it.each(PLACEMENT_ENDS)('$run', showEffect);
});
