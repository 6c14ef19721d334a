import type { Command } from 'commander';
import { openSession } from './session.ts';

/** `curl -H "X-Auth-Token: $(volvox token)" …` */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('print a new token, for curl')
    .action(async () => {
      const { api } = await openSession(program);
      process.stdout.write(`${api.token}\n`);
    });
}
