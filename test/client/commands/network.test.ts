import { describe, it } from 'vitest';
import { useTestRegion } from '../../support/use-test-region.ts';
import { useOpenstack } from '../use-openstack.ts';
import { answerAt } from './answer-at.ts';
import { compareRows } from './compare-rows.ts';
import { NETWORK_READS } from './network-reads.ts';
import { NETWORK_ENDS, NETWORK_WRITES } from './network-writes.ts';
import { printedRows } from './printed-rows.ts';
import { type Found, LATEST, type ReadCommand } from './read-command.ts';
import { showWrite } from './show-write.ts';
import type { WriteCommand } from './write-command.ts';

/** Where `{kind:name}` is looked up: its list, and the field with the name. */
const LISTS: Readonly<Record<string, { readonly path: string; readonly at: string; readonly by: string }>> = {
  network: { path: '/network/v2.0/networks', at: 'networks', by: 'name' },
  subnet: { path: '/network/v2.0/subnets', at: 'subnets', by: 'name' },
  port: { path: '/network/v2.0/ports', at: 'ports', by: 'name' },
  router: { path: '/network/v2.0/routers', at: 'routers', by: 'name' },
  floating: { path: '/network/v2.0/floatingips', at: 'floatingips', by: 'description' },
  forwarding: {
    path: '/network/v2.0/floatingips/{floating:first}/port_forwardings',
    at: 'port_forwardings',
    by: 'description',
  },
  group: { path: '/network/v2.0/security-groups', at: 'security_groups', by: 'name' },
  rule: { path: '/network/v2.0/security-group-rules', at: 'security_group_rules', by: 'description' },
  limit: {
    path: '/network/v2.0/qos/policies/{qos:gold}/bandwidth_limit_rules',
    at: 'bandwidth_limit_rules',
    by: 'direction',
  },
  qos: { path: '/network/v2.0/qos/policies', at: 'policies', by: 'name' },
  rbac: { path: '/network/v2.0/rbac-policies', at: 'rbac_policies', by: 'object_type' },
  trunk: { path: '/network/v2.0/trunks', at: 'trunks', by: 'name' },
  agent: { path: '/network/v2.0/agents', at: 'agents', by: 'availability_zone' },
  project: { path: '/identity/v3/projects', at: 'projects', by: 'name' },
};

describe('the openstack client and the Network API, as administrator', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 1 }, 240_000);
  const openstack = useOpenstack(() => region.region.home);

  const idOf = async (kind: string, name: string): Promise<string> => {
    const { path = '', at = '', by = '' } = LISTS[kind] ?? {};
    const found = ((await answerAt(region, await filled(path), LATEST))[at] as readonly Found[]).find(
      (one) => one[by] === name,
    );
    if (found === undefined) throw new Error(`no ${kind} is called ${name}`);
    return String(found.id);
  };
  const filled = async (text: string): Promise<string> => {
    const parts = text.split(/(\{\w+:\w+\})/).map((part) => {
      const [, kind = '', name = ''] = /^\{(\w+):(\w+)\}$/.exec(part) ?? [];
      return kind === '' ? part : idOf(kind, name);
    });
    return (await Promise.all(parts)).join('');
  };
  const showEffect = async (command: WriteCommand): Promise<void> => {
    const path = await filled(command.path);
    await showWrite(region, { ...command, path }, async (line) => openstack(await filled(line), { as: 'admin' }));
  };
  const showAnswer = async (command: ReadCommand): Promise<void> => {
    const said = await openstack(`${await filled(command.run)} -f json`, { as: 'admin' });
    compareRows(
      command,
      printedRows(said),
      await answerAt(region, await filled(command.path), LATEST),
      (value) => value,
    );
  };

  it.each(NETWORK_WRITES)('$run', showEffect);
  it.each(NETWORK_READS)('$run', showAnswer);
  it.each(NETWORK_ENDS)('$run', showEffect);
});
