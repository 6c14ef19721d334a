import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AgentDefinitions } from '#platform/contracts/agent-definitions.ts';
import { HeardDefinitions } from '../../../../cell/network/definitions/heard-definitions.ts';
import { aPort, aRule, KNOWS_NOTHING, NOTHING_TOLD } from '../../../support/a-definition.ts';
import { aNetwork } from '../../../support/a-network.ts';

const [PORT, GROUP, REMOTE, MEMBER, OTHER] = Array.from({ length: 5 }, () => randomUUID()) as [
  ...[string, string, string, string, string],
];
const nothing: AgentDefinitions = { ...NOTHING_TOLD, version: 1 };
const ports = [aPort(PORT, 1, [GROUP])];
const groups = [{ id: GROUP, generation: 3, rules: [aRule(REMOTE)] }];
const all: AgentDefinitions = {
  ...{ ...nothing, version: 5, ports, groups },
  remotes: [{ id: REMOTE, whole: true, members: [{ portId: MEMBER, addresses: ['10.0.0.5', 'fd00::5'] }], gone: [] }],
};
const asKnown = groups.map((group) => ({ ...group, rules: null }));
const change = (members: readonly string[], gone: readonly string[]): AgentDefinitions => ({
  ...{ ...all, version: 6, groups: asKnown },
  remotes: [
    {
      ...{ id: REMOTE, whole: false, gone: [...gone] },
      members: members.map((portId) => ({ portId, addresses: ['10.0.0.6'] })),
    },
  ],
});
const heardAll = () => {
  const heard = new HeardDefinitions();
  heard.take(all);
  return heard;
};

describe('what an agent has heard of definitions', () => {
  it('is nothing at first', () => {
    const heard = new HeardDefinitions();
    expect([heard.portOf(PORT), heard.groupOf(GROUP), heard.membersOf(REMOTE).size]).toEqual([null, null, 0]);
    expect(heard.knows()).toEqual(KNOWS_NOTHING);
    expect(heard.take(nothing)).toBe(false);
  });

  it('is what the last whole answer said, and names what need not be told again', () => {
    const heard = new HeardDefinitions();
    expect(heard.take(all)).toBe(true);
    expect(heard.portOf(PORT)).toEqual({ groupIds: [GROUP], portSecurity: true });
    expect(heard.groupOf(GROUP)).toMatchObject({ rules: [aRule(REMOTE)] });
    expect([...heard.membersOf(REMOTE)]).toEqual(['10.0.0.5', 'fd00::5']);
    expect(heard.knows()).toEqual({
      ...{ networks: [], routers: [] },
      ...{ groups: [{ id: GROUP, generation: 3 }], remotes: [{ id: REMOTE, version: 5 }] },
    });
  });

  it('takes members that come, go and change, and tells whether anything is new', () => {
    const heard = heardAll();
    expect(heard.take(change([], []))).toBe(false);
    expect(heard.knows().remotes).toEqual([{ id: REMOTE, version: 6 }]);
    expect(heard.take(change([OTHER], []))).toBe(true);
    expect([...heard.membersOf(REMOTE)].sort()).toEqual(['10.0.0.5', '10.0.0.6', 'fd00::5']);
    expect(heard.take(change([], [OTHER, randomUUID()]))).toBe(true);
    expect([...heard.membersOf(REMOTE)].sort()).toEqual(['10.0.0.5', 'fd00::5']);
    expect(heard.take(change([MEMBER], []))).toBe(true);
    expect([...heard.membersOf(REMOTE)]).toEqual(['10.0.0.6']);
  });

  it('has another structure after each change but one of members', () => {
    const heard = heardAll();
    const { structure } = heard;
    heard.take(change([OTHER], [MEMBER]));
    expect(heard.structure).toBe(structure);
    heard.take({ ...change([], []), ports: [aPort(PORT, 2, [])] });
    expect(heard.structure).not.toBe(structure);
    const later = heard.structure;
    heard.restore(heard.state());
    expect(heard.structure).not.toBe(later);
  });

  it('keeps an address that two members have until both are gone', () => {
    const heard = heardAll();
    heard.take(change([OTHER, MEMBER], []));
    heard.take(change([], [OTHER]));
    expect([...heard.membersOf(REMOTE)]).toEqual(['10.0.0.6']);
    heard.take(change([], [MEMBER]));
    expect([...heard.membersOf(REMOTE)]).toEqual([]);
  });

  it('forgets what an answer leaves out, and a remote group only when there is no more to come', () => {
    const heard = heardAll();
    expect(heard.take({ ...nothing, more: true })).toBe(true);
    expect(heard.portOf(PORT)).toBe(null);
    expect(heard.membersOf(REMOTE).size).toBe(2);
    expect(heard.take(nothing)).toBe(true);
    expect(heard.membersOf(REMOTE).size).toBe(0);
    expect(heard.knows()).toEqual(KNOWS_NOTHING);
  });

  it('takes nothing of an answer to another question', () => {
    const unknownRules = { ...all, groups: [{ id: OTHER, generation: 1, rules: null }] };
    const otherGeneration = { ...all, groups: [{ id: GROUP, generation: 4, rules: null }] };
    const unknownMembers = { ...all, remotes: [{ id: OTHER, whole: false, members: [], gone: [] }] };
    for (const answer of [unknownRules, otherGeneration, unknownMembers]) {
      const heard = heardAll();
      const before = heard.state();
      expect(() => heard.take(answer)).toThrow(/left out/);
      expect(heard.state()).toEqual(before);
    }
  });

  it('goes on from a saved state as if it had never ended', () => {
    const next = new HeardDefinitions();
    next.restore(heardAll().state());
    expect(next.state()).toEqual(heardAll().state());
    expect(next.knows()).toEqual(heardAll().knows());
    expect(next.take(change([OTHER], [MEMBER]))).toBe(true);
    expect([...next.membersOf(REMOTE)]).toEqual(['10.0.0.6']);
  });

  it('knows networks and the routers that join them, by generation', () => {
    const heard = new HeardDefinitions();
    const network = aNetwork();
    const router = {
      ...{ enabled: true, gateway: null, routes: [], floating: [], forwardings: [] },
      interfaces: [{ portId: randomUUID(), networkId: network.id, mac: 'fa:16:3e:00:00:01', addresses: [] }],
    };
    const routerId = randomUUID();
    const told = {
      ...nothing,
      networks: [{ id: network.id, generation: 4, network }],
      routers: [{ id: routerId, generation: 7, router }],
    };
    expect(heard.take(told)).toBe(true);
    expect(heard.networkOf(network.id)).toEqual(network);
    expect(heard.routersOf(network.id)).toEqual([{ id: routerId, ...router }]);
    expect(heard.routersOf(randomUUID())).toEqual([]);
    expect(heard.knows()).toMatchObject({
      networks: [{ id: network.id, generation: 4 }],
      routers: [{ id: routerId, generation: 7 }],
    });

    const asKnown = {
      ...nothing,
      networks: [{ id: network.id, generation: 4, network: null }],
      routers: [{ id: routerId, generation: 7, router: null }],
    };
    expect(heard.take(asKnown)).toBe(false);
    const again = new HeardDefinitions();
    again.restore(heard.state());
    expect(again.routersOf(network.id)).toEqual(heard.routersOf(network.id));
    expect(() => again.take({ ...asKnown, networks: [{ id: network.id, generation: 5, network: null }] })).toThrow(
      `left out network ${network.id}`,
    );
    expect(() => again.take({ ...asKnown, routers: [{ id: routerId, generation: 8, router: null }] })).toThrow(
      `left out router ${routerId}`,
    );
    expect(again.networkOf(network.id)).toEqual(network);
    expect(again.take(nothing)).toBe(true);
    expect([again.networkOf(network.id), again.routersOf(network.id)]).toEqual([null, []]);
  });
});
