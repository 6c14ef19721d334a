import type { Command } from 'commander';
import { parseSeconds } from './duration.ts';
import { openSession } from './session.ts';

interface TokenOptions {
  readonly cell: string;
  readonly host: string[];
  readonly expires: number;
}

/** Tokens with which hosts join a cell, and the end of their keys. */
export function addHostKeyCommands(host: Command, program: Command): void {
  host
    .command('token')
    .description('make a one-time token with which the agents of a host join a cell; then run `volvox host join` there')
    .requiredOption('--cell <cell>', 'the cell that the host joins, by name or id')
    .requiredOption('--host <name...>', 'the names of the hosts that its agents drive; `rack1-*` for all that begin so')
    .option('--expires <time>', 'how long it may be used: 90s, 30m, 1h, 2d', parseSeconds, 3_600)
    .action(async ({ cell, host: hosts, expires }: TokenOptions) => {
      const { api, show } = await openSession(program, 'admin');
      const body = { hosts, expiresInS: expires };
      show(await api.call('federation', 'POST /v1/cells/{cell}/join-tokens', { path: { cell }, body }));
    });
  host
    .command('revoke <host>')
    .description("end the keys of a host's agents within a second (`rack1-*`: of all that begin so); its guests run on")
    .requiredOption('--cell <cell>', 'the cell of the host, by name or id')
    .action(async (name: string, { cell }: { cell: string }) => {
      const { api, show } = await openSession(program, 'admin');
      const path = { cell, host: name };
      show(await api.call('federation', 'POST /v1/cells/{cell}/hosts/{host}/revoke', { path }));
    });
}
