import type { Command } from 'commander';
import { findId } from './find-id.ts';
import { networkTree, traceText } from './network-views.ts';
import { openSession } from './session.ts';

interface TraceFlags {
  readonly protocol: string;
  readonly port?: string;
  readonly sender?: string;
}

/** `volvox network show` and `volvox network trace`. */
export function addNetworkCommands(program: Command, network: Command): void {
  network
    .command('show <network>')
    .description('draw a network: subnets, routers, and ports by cell and host (admin)')
    .action(async (nameOrId: string) => {
      const { api, show, say, missing, json } = await openSession(program, 'admin');
      const id = await findId(api, 'networks', nameOrId);
      const map = await api.call('federation', 'GET /v1/networks/{id}', { path: { id } });
      missing(map.silentCells);
      if (json) show({ ...map });
      else say(networkTree(map).trimEnd());
    });
  network
    .command('trace <port> <to>')
    .description('follow a packet from a port to a port or an address, hop by hop (admin)')
    .option('--protocol <protocol>', 'of the packet, by name or number', 'tcp')
    .option('--port <number>', 'where it is addressed to (of icmp: the type)')
    .option('--sender <address>', "the sender's address (default: one of the port's)")
    .action(async (from: string, to: string, { protocol, port, sender }: TraceFlags) => {
      const { api, show, say, missing, json } = await openSession(program, 'admin');
      const body = {
        ...{ from: await findId(api, 'ports', from), to, protocol },
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(sender === undefined ? {} : { sender }),
      };
      const { trace } = await api.call('federation', 'POST /v1/traces', { body });
      missing(trace.silentCells);
      if (json) show({ ...trace });
      else say(traceText(trace).trimEnd());
      if (trace.verdict === 'drops') process.exitCode = 1;
    });
}
