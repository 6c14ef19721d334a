import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InstancePage } from '#platform/contracts/door.ts';
import type { DoorClient } from '#platform/directory/cell-doors.ts';
import { readingTogether } from '#platform/directory/reads-together.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { anInstance } from '../../api/compute/servers/an-instance.ts';

type Options = { readonly deadlineMs?: number };

/** A door that answers when it is told to; `asked` says what of. */
function aDoor(instances: readonly Instance[]) {
  const asked: string[][] = [];
  const open: (() => void)[] = [];
  const gate = (uuids: string[]) => {
    asked.push(uuids);
    return new Promise<void>((resolve) => open.push(resolve));
  };
  const door = {
    getInstance: async ({ uuid }: { uuid: string }, { deadlineMs }: Options) => {
      expect(Number.isInteger(deadlineMs)).toBe(true);
      await gate([uuid]);
      const found = instances.find((one) => one.uuid === uuid);
      if (found === undefined || found.deletedAt !== null) throw new VolvoxError('not-found', `no ${uuid}`);
      return found;
    },
    listInstances: async ({ filter, limit }: InstancePage, { deadlineMs }: Options) => {
      expect(Number.isInteger(deadlineMs)).toBe(true);
      await gate([...(filter.uuids ?? [])]);
      return { instances: instances.filter(({ uuid }) => filter.uuids?.includes(uuid)).slice(0, limit) };
    },
  } as unknown as DoorClient;
  return {
    asked,
    door: readingTogether(door),
    /** Answers everything that is asked now. */
    answer: async () => {
      for (const resolve of open.splice(0)) resolve();
      await turns();
    },
  };
}

/** What is planned for the next turns of the event loop is done. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('reads of one cell', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => anInstance({ uuid: randomUUID(), name }));
  const gone = anInstance({ uuid: randomUUID(), deletedAt: '2026-01-01T00:00:00Z', vmState: 'deleted' });
  const all = [a, b, c, d, gone].filter((one) => one !== undefined);

  it('go alone and at once while nothing is in progress, and together while others are', async () => {
    const { door, asked, answer } = aDoor(all);
    const read = (one: Instance | undefined) => door.getInstance({ uuid: one?.uuid ?? '' }, { deadlineMs: 1_000 });
    const first = read(a);
    await turns();
    const second = read(b);
    await turns();
    expect(asked).toEqual([[a?.uuid], [b?.uuid]]);
    const rest = Promise.all([read(c), read(d), read(c), read(a)]);
    await turns();
    expect(asked, 'those that come wait for a call to end').toHaveLength(2);
    await answer();
    expect(asked.slice(2)).toEqual([[c?.uuid, d?.uuid, a?.uuid]]);
    await answer();
    expect([await first, await second, ...(await rest)]).toEqual([a, b, c, d, c, a]);
  });

  it('have each the answer that they would have alone', async () => {
    const { door, asked, answer } = aDoor(all);
    const nobody = randomUUID();
    const reads = [a?.uuid ?? '', nobody, gone.uuid, b?.uuid ?? ''].map((uuid) => door.getInstance({ uuid }));
    const answers = Promise.allSettled(reads);
    await turns();
    await answer();
    await answer();
    expect(asked).toEqual([[a?.uuid, nobody, gone.uuid, b?.uuid], [nobody], [gone.uuid]]);
    expect((await answers).map((one) => (one.status === 'fulfilled' ? one.value.name : one.reason.kind))).toEqual([
      'a',
      'not-found',
      'not-found',
      'b',
    ]);
  });

  it('wait no longer than each may, whatever is in progress before them', async () => {
    const { door, asked, answer } = aDoor(all);
    const slow = [a, b].map((one) => door.getInstance({ uuid: one?.uuid ?? '' }, { deadlineMs: 30_000 }));
    await turns();
    const more = door.getInstance({ uuid: b?.uuid ?? '' }, { deadlineMs: 30_000 });
    await turns();
    const gaveUp = new AbortController();
    const left = door.getInstance({ uuid: c?.uuid ?? '' }, { signal: gaveUp.signal });
    const late = door.getInstance({ uuid: d?.uuid ?? '' }, { deadlineMs: 20 });
    gaveUp.abort();
    for (const one of [left, late]) await expect(one).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    expect(asked).toHaveLength(2);
    await answer();
    await answer();
    expect((await Promise.all([...slow, more])).map(({ name }) => name)).toEqual(['a', 'b', 'b']);
  });

  it('fail together when the cell is silent, and are asked for alone when it refuses the list', async () => {
    const door = (kind: 'unavailable' | 'unsupported') =>
      readingTogether({
        getInstance: async () => a,
        listInstances: async () => {
          throw new VolvoxError(kind, 'no');
        },
      } as unknown as DoorClient);
    const both = (kind: 'unavailable' | 'unsupported') => {
      const asked = door(kind);
      return Promise.allSettled([1, 2].map(() => asked.getInstance({ uuid: a?.uuid ?? '' })));
    };
    expect((await both('unavailable')).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await both('unsupported')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});
