import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, contract } from '#platform/contracts/contract.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createClient } from '#platform/rpc/client.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';

const KEY = 'k'.repeat(32);
/** Named as a real contract is, so that its roles apply. */
const named = (name: 'door' | 'agent' | 'compute') =>
  contract({
    name,
    version: 1,
    oldest: 1,
    calls: { echo: call(Type.Object({ text: Type.String() }), Type.Object({ text: Type.String() })) },
  });

type Form = 'cell-1' | 'cell-2' | 'no cell' | 'cell-1 and no cell';
const CELLS = {
  'cell-1': { cells: ['cell-1'] },
  'cell-2': { cells: ['cell-2'] },
  'no cell': {},
  'cell-1 and no cell': { cells: ['cell-1'], alsoUnnamed: true },
} as const;

let authority: TestAuthority;
let service: HttpService | undefined;
beforeEach(() => {
  authority = aTestAuthority();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  authority.remove();
});

/** @returns `answered`, or the kind of the refusal. */
async function ask(
  name: Parameters<typeof named>[0],
  server: readonly [TlsRole, Form],
  caller: readonly [TlsRole, Form],
  cell?: string,
): Promise<string> {
  const transportOf = (process: string, [role, form]: readonly [TlsRole, Form]): Transport =>
    authority.transport(process, role, CELLS[form]);
  service = createHttpService({
    ...{ name: 'test', host: '127.0.0.1', port: 0, log: silentLogger, transport: transportOf('server', server) },
    routes: (app) =>
      serveContract(
        app,
        named(name),
        { echo: async ({ text }) => ({ text }) },
        sharedKeys(() => [KEY]),
      ),
  });
  await service.start();
  const client = createClient(named(name), {
    ...{ url: service.address(), key: KEY, transport: transportOf('caller', caller) },
    ...(cell === undefined ? {} : { cell }),
  });
  try {
    return await client.echo({ text: 'hello' }).then(
      () => 'answered',
      ({ kind, message }) => `${kind}: ${message}`,
    );
  } finally {
    await client.close();
    await service.stop();
    service = undefined;
  }
}

const REFUSED = /^forbidden: .*is not for the certificate of this caller/;
const NOT_BELIEVED = /^unavailable: .*is not one of /;

describe('cells with certificates of one authority', () => {
  it.each<[Form, Form, string | RegExp]>([
    ['cell-1', 'cell-1', 'answered'],
    ['cell-1', 'cell-2', NOT_BELIEVED],
    ['cell-1', 'no cell', REFUSED],
    ['no cell', 'cell-1', NOT_BELIEVED],
    // While a cell changes from the one form to the other.
    ['no cell', 'no cell', 'answered'],
    ['cell-1 and no cell', 'cell-1', 'answered'],
    ['cell-1 and no cell', 'no cell', 'answered'],
    ['no cell', 'cell-1 and no cell', 'answered'],
    ['cell-1 and no cell', 'cell-2', NOT_BELIEVED],
  ])('let an agent call its conductor: conductor of %s, agent of %s', async (conductor, agent, outcome) => {
    expect(await ask('agent', ['conductor', conductor], ['compute', agent])).toMatch(outcome);
  });

  it('refuse the agent of another cell that does not ask who the conductor is', async () => {
    // It expects the right cell, and shows the certificate of its own.
    expect(await ask('agent', ['conductor', 'cell-1'], ['network', 'cell-2'], 'cell-1')).toMatch(REFUSED);
  });

  it.each<[Form, string | RegExp]>([
    ['cell-1', 'answered'],
    ['cell-2', NOT_BELIEVED],
  ])('let a conductor of cell-1 call an agent of %s', async (agent, outcome) => {
    expect(await ask('compute', ['compute', agent], ['conductor', 'cell-1'])).toMatch(outcome);
  });

  it('refuse the conductor of another cell that does not ask who the agent is', async () => {
    expect(await ask('compute', ['compute', 'cell-1'], ['conductor', 'cell-2'], 'cell-1')).toMatch(REFUSED);
  });

  it.each<[Form, string | RegExp]>([
    ['cell-1', 'answered'],
    ['cell-2', NOT_BELIEVED],
    ['no cell', 'answered'],
  ])('are told apart by the global tier, which expects cell-1 and finds a door of %s', async (conductor, outcome) => {
    expect(await ask('door', ['conductor', conductor], ['api', 'no cell'], 'cell-1')).toMatch(outcome);
  });
});
