import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ConfigOf, loadConfig, processSources } from '#platform/config/load.ts';
import type { AgentKind } from '#platform/contracts/agent.ts';
import { createLogger, type Logger } from '#platform/logging/logger.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import type { TlsSource } from '#platform/tls/material.ts';
import { fingerprintOf } from '#platform/tls/pinned-authorities.ts';
import { openTransport, type Transport } from '#platform/tls/transport.ts';
import { addressesOf } from '../../cell/agent/certificate/agent-transport.ts';
import { CertificateFiles } from '../../cell/agent/certificate/certificate-files.ts';
import { joinCell } from '../../cell/agent/join-cell.ts';
import { COMPUTE_SECTIONS } from '../../cell/compute/config.ts';
import { sections as NETWORK_SECTIONS } from '../../cell/network/config.ts';
import { asJson, asTable, type Row } from './output.ts';

interface JoinOptions extends StateFolders {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly conductor?: string[];
  readonly kind?: AgentKind[];
}

interface StateFolders {
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
 * Runs on the host itself, and asks no API. It writes keys and certificates where the agents read them, so it runs as the user of the agents. It may be
 * repeated after a failure with the same token.
 */
export function addHostJoinCommand(host: Command, program: Command): void {
  host
    .command('join')
    .description(
      'on a host: get its agents keys of their own, and certificates if the cell issues them, for a token of `volvox host token`; VOLVOX_CONFIG names the configuration file of the agents',
    )
    .option('--token-file <file>', 'the file with the one-time token; - for standard input')
    .option('--token <token>', 'the token itself, which other users of this host can then see in `ps`')
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

/** Also on the host itself. Agents renew by themselves; this is for a change of the authorities. */
export function addHostRenewCommand(host: Command): void {
  host
    .command('renew')
    .description('on a host: have its agents renew the certificates that their cell issued, within seconds')
    .option('--compute-state <folder>', 'the state folder of the compute agent (default: compute.stateDir)')
    .option('--network-state <folder>', 'the state folder of the network agent (default: network.stateDir)')
    .action(async (state: StateFolders) => {
      const config = loadConfig(SECTIONS, processSources());
      for (const folder of Object.values(stateFolders(config, state))) {
        const files = new CertificateFiles(folder);
        if (!files.exists) throw new Error(`${files.path}: no certificate is there that the cell issued`);
        await files.requestRenewal();
        process.stdout.write(`${files.path}: the agent renews it\n`);
      }
    });
}

async function join({ conductor, kind: kinds, ...options }: JoinOptions): Promise<readonly Row[]> {
  const token = tokenOf(options);
  const config = loadConfig(SECTIONS, processSources());
  const log = createLogger('host-join', 'error');
  const configured = openTransport(config.tls, log);
  const folders = stateFolders(config, options);
  const conductorUrls = conductor ?? config.cell.conductorUrls;
  const addresses: Readonly<Record<AgentKind, readonly string[]>> = {
    compute: addressesOf(config.compute.hostIp),
    network: [],
  };
  const rows: Row[] = [];
  for (const kind of kinds ?? (['compute', 'network'] as const)) {
    if (!(kind in folders)) throw new Error(`--kind: expected compute or network, got ${kind}`);
    const stateDir = folders[kind];
    const issued = configured.files === null ? issuedFor(token, new CertificateFiles(stateDir), log) : null;
    const transport = issued === null ? configured : { ...configured, files: issued };
    checkReach(kind, token, conductorUrls, transport);
    const joined = await joinCell({ kind, stateDir, conductorUrls, token, transport, addresses: addresses[kind] });
    rows.push({
      ...{ agent: kind, id: joined.agentId, cell: joined.cellName, hosts: joined.hosts.join(', ') },
      ...{ key: `${stateDir}/agent-key`, certificate: joined.certificate ?? 'as before' },
    });
  }
  return rows;
}

/** @throws when none is given, or two are. */
function tokenOf({ token, tokenFile }: Pick<JoinOptions, 'token' | 'tokenFile'>): string {
  if ((token === undefined) === (tokenFile === undefined)) {
    throw new Error('expected --token-file FILE (- for standard input) or --token TOKEN');
  }
  return (token ?? readFileSync(tokenFile === '-' ? 0 : (tokenFile ?? ''), 'utf8')).trim();
}

const stateFolders = (
  { compute, network }: ConfigOf<typeof SECTIONS>,
  { computeState, networkState }: StateFolders,
): Readonly<Record<AgentKind, string>> => ({
  compute: computeState ?? compute.stateDir,
  network: networkState ?? network.stateDir,
});

/** The certificate that the agent has, unless the token is for other authorities: then it needs another one. */
function issuedFor(token: string, files: CertificateFiles, log: Logger): TlsSource | null {
  const found = files.open(log);
  const { fingerprint } = parseJoinToken(token);
  if (found === null || fingerprint === null) return found;
  const { ca = '', identities } = found.current;
  return identities.some(({ cell }) => cell !== null && fingerprintOf(cell, ca) === fingerprint) ? found : null;
}

/** @throws when there is no certificate, and the cell issues none: then it says which files are missing. */
function checkReach(kind: AgentKind, token: string, conductorUrls: readonly string[], { files }: Transport): void {
  if (files !== null || parseJoinToken(token).fingerprint !== null) return;
  if (!conductorUrls.some((url) => url.startsWith('https:'))) return;
  throw new Error(
    `this cell issues no certificates (conductor.issuerKeyFile is not set), and this host has none. Let your authority issue one for the ${kind} agent, which names ${kind}.CELL.cell.volvox.internal (with the name of the cell) and the addresses of this host, and set tls.certFile (certificate, with intermediate ones after it), tls.keyFile (its private key) and tls.caFile (the authorities of the region) in the agents' configuration file, which VOLVOX_CONFIG names; then join again`,
  );
}
