import type { Command } from 'commander';
import { loadConfig, processSources } from '#platform/config/load.ts';
import type { AgentKind } from '#platform/contracts/agent.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { openTransport } from '#platform/tls/transport.ts';
import { joinCell } from '../../cell/agent/join-cell.ts';
import { COMPUTE_SECTIONS } from '../../cell/compute/config.ts';
import { sections as NETWORK_SECTIONS } from '../../cell/network/config.ts';
import { asJson, asTable, type Row } from './output.ts';

interface JoinOptions {
  readonly token: string;
  readonly conductor?: string[];
  readonly kind?: AgentKind[];
  readonly computeState?: string;
  readonly networkState?: string;
}

const SECTIONS = {
  cell: COMPUTE_SECTIONS.cell,
  tls: COMPUTE_SECTIONS.tls,
  compute: COMPUTE_SECTIONS.compute,
  network: NETWORK_SECTIONS.network,
};

/**
 * Runs on the host itself, and asks no API. It writes the keys where the agents read them, so it runs as the user of the agents. It may be
 * repeated after a failure with the same token.
 */
export function addHostJoinCommand(host: Command, program: Command): void {
  host
    .command('join')
    .description(
      'on a host: get its agents keys of their own, for a token of `volvox host token`; VOLVOX_CONFIG names the configuration file of the agents',
    )
    .requiredOption('--token <token>', 'the one-time token')
    .option('--conductor <url...>', 'the conductors of the cell (default: cell.conductorUrls)')
    .option('--kind <kind...>', 'which agents of this host: compute, network (default: both)')
    .option('--compute-state <folder>', 'the state folder of the compute agent (default: compute.stateDir)')
    .option('--network-state <folder>', 'the state folder of the network agent (default: network.stateDir)')
    .action(async (options: JoinOptions) => {
      const rows = await join(options);
      const { json } = program.opts<{ json?: boolean }>();
      process.stdout.write(json === true ? asJson(rows) : asTable(rows));
    });
}

async function join({ token, conductor, kind: kinds, ...state }: JoinOptions): Promise<readonly Row[]> {
  const config = loadConfig(SECTIONS, processSources());
  const transport = openTransport(config.tls, createLogger('host-join', 'error'));
  const folders: Readonly<Record<AgentKind, string>> = {
    compute: state.computeState ?? config.compute.stateDir,
    network: state.networkState ?? config.network.stateDir,
  };
  const conductorUrls = conductor ?? config.cell.conductorUrls;
  const rows: Row[] = [];
  for (const kind of kinds ?? (['compute', 'network'] as const)) {
    if (!(kind in folders)) throw new Error(`--kind: expected compute or network, got ${kind}`);
    const stateDir = folders[kind];
    const { agentId, cellName, hosts } = await joinCell({ kind, stateDir, conductorUrls, token, transport });
    rows.push({ agent: kind, id: agentId, cell: cellName, hosts: hosts.join(', '), key: `${stateDir}/agent-key` });
  }
  return rows;
}
