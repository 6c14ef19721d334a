import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.ts';
import { OPENSTACK_READS } from './openstack-reads.ts';
import { compareRows, type Found, LATEST, same } from './read-command.ts';
import { answerAt, useTwoServers } from './two-servers.ts';

const COMMAND_MS = 60_000;

/** What a reader has: one process of the client for each microversion, for all commands. */
interface Reader {
  readonly process: ChildProcessWithoutNullStreams;
  said: string;
  complaints: string;
}

describe('what the openstack client prints is what the API says', () => {
  const region = useTwoServers();
  const readers = new Map<string, Reader>();

  const begin = (version: string): Reader => {
    const env = {
      ...process.env,
      ...{ OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml, OS_CLOUD: 'volvox-admin' },
      ...{ OS_COMPUTE_API_VERSION: version, PYTHONUNBUFFERED: '1' },
    };
    const begun: Reader = { process: spawn('openstack', [], { env }), said: '', complaints: '' };
    begun.process.stdout.on('data', (text: Buffer) => {
      begun.said += text.toString();
    });
    begun.process.stderr.on('data', (text: Buffer) => {
      begun.complaints += text.toString();
    });
    readers.set(version, begun);
    return begun;
  };
  const printedBy = async (run: string, version: string): Promise<readonly Found[]> => {
    const reader = readers.get(version) ?? begin(version);
    [reader.said, reader.complaints] = ['', ''];
    reader.process.stdin.write(`${run} -f json\n!echo THE END\n`);
    await waitUntil(`the output of ${run}`, () => reader.said.includes('THE END\n') || null, COMMAND_MS);
    if (reader.complaints !== '') throw new Error(reader.complaints);
    const [, json = ''] = /([[{].*)THE END/s.exec(reader.said) ?? [];
    return [JSON.parse(json) as Found | readonly Found[]].flat();
  };
  afterAll(async () => {
    for (const { process } of readers.values()) {
      const ended = once(process, 'close');
      process.stdin.end();
      await ended;
    }
  });

  it.each(OPENSTACK_READS)(
    '$run',
    async (command) => {
      const { run, path, version = LATEST } = command;
      const printed = await printedBy(run, version);
      compareRows(command, printed, await answerAt(region, path, version), (value) => value);
    },
    COMMAND_MS,
  );

  it('a row that differs fails', () => {
    const command = { run: '', path: '', at: 'all', columns: same('id') };
    const compare = (id: string): void => compareRows(command, [{ id }], { all: [{ id: 'a' }] }, (value) => value);
    expect(() => compare('b')).toThrow();
    compare('a');
  });
});
