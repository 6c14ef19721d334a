import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDefinitionFile } from '../../../../cell/network/definitions/definition-file.ts';
import type { HeardState } from '../../../../cell/network/definitions/heard-definitions.ts';
import { aRule } from '../../../support/a-definition.ts';
import { aNetwork } from '../../../support/a-network.ts';

describe('the file of definitions', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volvox-definitions-'));
  });
  afterEach(async () => await rm(folder, { recursive: true }));
  const file = () => createDefinitionFile(join(folder, 'definitions.json'));
  const [group, remote] = [randomUUID(), randomUUID()];
  const network = aNetwork();
  const router = {
    ...{ enabled: true, gateway: null, routes: [], floating: [], forwardings: [] },
    interfaces: [{ portId: randomUUID(), networkId: network.id, mac: 'fa:16:3e:00:00:01', addresses: [] }],
  };
  const state: HeardState = {
    networks: [{ id: network.id, generation: 4, network }],
    routers: [{ id: randomUUID(), generation: 5, router }],
    ports: [{ id: randomUUID(), groupIds: [group], portSecurity: true }],
    groups: [{ id: group, generation: 2, rules: [aRule(remote)] }],
    remotes: [{ id: remote, version: 9, members: [{ portId: randomUUID(), addresses: ['10.0.0.1'] }] }],
  };

  it('is what was written last, and nothing is left over', async () => {
    expect(await file().read()).toBe(null);
    await file().write({ networks: [], routers: [], ports: [], groups: [], remotes: [] });
    await file().write(state);
    expect(await file().read()).toEqual(state);
    expect(await readdir(folder)).toEqual(['definitions.json']);
  });

  it.each([
    ['cut', '{"version":1,"heard":{"po'],
    ['of another release', '{"version":2,"heard":{"ports":[],"groups":[],"remotes":[]}}'],
    ['of another shape', '{"version":1,"heard":{"ports":[{"id":7}],"groups":[],"remotes":[]}}'],
    ['of something else', 'null'],
  ])('counts as none when it is %s', async (_, text) => {
    await writeFile(join(folder, 'definitions.json'), text);
    expect(await file().read()).toBe(null);
  });

  it('says when it cannot be read', async () => {
    await mkdir(join(folder, 'definitions.json'));
    await expect(file().read()).rejects.toThrow('EISDIR');
  });
});
