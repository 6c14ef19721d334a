import { describe, expect, it } from 'vitest';
import { untilServersAreIdle } from '../idle-servers.ts';
import { useOpenstack } from '../use-openstack.ts';
import { answerAt } from './answer-at.ts';
import { compareRows } from './compare-rows.ts';
import { OPENSTACK_READS } from './openstack-reads.ts';
import { printedRows } from './printed-rows.ts';
import { type Found, LATEST, same } from './read-command.ts';
import { useTwoServers } from './two-servers.ts';

const COMMAND_MS = 60_000;

describe('what the openstack client prints is what the API says', () => {
  const region = useTwoServers();
  const openstack = useOpenstack(() => region.region.home);

  const printedBy = async (run: string, version: string): Promise<readonly Found[]> => {
    const said = await openstack(`${run} -f json`, { as: 'admin', version });
    return printedRows(said);
  };

  it.each(OPENSTACK_READS)(
    '$run',
    async (command) => {
      const { run, path, version = LATEST } = command;
      await untilServersAreIdle(region.admin);
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
