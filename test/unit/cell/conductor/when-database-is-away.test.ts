import { expect, it } from 'vitest';
import { unavailableWithoutDatabase } from '../../../../cell/conductor/when-database-is-away.ts';

const failingWith = (errno: number) =>
  unavailableWithoutDatabase({
    write: async (): Promise<unknown> => {
      throw Object.assign(new Error('from the server'), { errno, code: 'ER' });
    },
  }).write();

it.each([
  ['a value too long', 1406, 'invalid'],
  ['a number out of range', 1264, 'invalid'],
  ['texts that cannot be compared', 1267, 'invalid'],
  ['a packet too large', 1153, 'invalid'],
  ['a deadlock', 1213, 'unavailable'],
  ['a lost server', 2013, 'unavailable'],
])('%s (%i) is %s', async (_what, errno, kind) => {
  await expect(failingWith(errno)).rejects.toMatchObject({ kind });
});
