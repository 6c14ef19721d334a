import { describe, expect, it } from 'vitest';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { storedBuild } from '#platform/objects/user-data.ts';
import { instanceJson } from '../../../../cell/database/stores/instance-json.ts';
import { type ShownRow, toInstance } from '../../../../cell/database/stores/instances.ts';
import { aBuild } from '../../../support/a-build.ts';

const STATE = {
  ...{ epoch: 3, version: 7, vmState: 'active', taskState: null, powerState: 1, progress: 0, fault: null },
  ...{ host: 'host "1"', node: 'node', zone: 'nova', instanceName: null, seq: 4, lockedBy: null, lockReason: null },
  ...{ oldFlavor: null, launchedAt: '2026-01-01 00:00:00.000000', terminatedAt: null, deletedAt: null },
  ...{ updatedAt: '2026-01-01 00:00:00.000000', hostUp: true, hostEnabled: true, hostForcedDown: false },
} satisfies Omit<ShownRow, 'build' | 'userData'>;
const ODD = { name: 'a "name" }', metadata: { userData: 'x', '}': '"userData":"y"' }, description: '}\\\n💥' };
const FILES = [{ path: '/etc/motd', contents: 'aGVsbG8=' }];

const rowOf = (build: InstanceBuild): ShownRow => {
  const { build: text, user_data: userData } = storedBuild(build);
  return { ...STATE, build: text, userData };
};
const written = (row: ShownRow, guestData: Parameters<typeof instanceJson>[2]): unknown =>
  JSON.parse(instanceJson(row, 'east', guestData));

describe('the JSON of an instance', () => {
  it('says what the instance is', () => {
    for (const build of [aBuild(), aBuild(ODD), aBuild({ userData: 'eA==' }), aBuild({ injectedFiles: FILES })])
      expect(written(rowOf(build), 'all')).toEqual(JSON.parse(JSON.stringify(toInstance(rowOf(build), 'east'))));
  });

  it('is in lists without files, and without user data unless that is asked for', () => {
    const row = rowOf(aBuild({ ...ODD, userData: 'eA==', injectedFiles: FILES }));
    expect(written(row, 'user data')).toMatchObject({ userData: 'eA==', name: ODD.name });
    expect(written(row, 'user data')).not.toHaveProperty('injectedFiles');
    expect(written(row, 'none')).toMatchObject({ userData: null, name: ODD.name });
    expect(written(row, 'none')).not.toHaveProperty('injectedFiles');
  });

  it('is without user data also where a row of an earlier release has it inside its build', () => {
    const row: ShownRow = { ...STATE, build: JSON.stringify(aBuild({ userData: 'eA==' })), userData: null };
    expect(written(row, 'none')).toMatchObject({ userData: null });
    expect(written(row, 'all')).toMatchObject({ userData: 'eA==' });
  });
});
