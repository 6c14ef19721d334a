import { mkdir, rm } from 'node:fs/promises';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { type FixedNamespace, fixedNamespaces } from './fixed-namespaces.ts';
import { removeAnswers } from './floating.ts';
import {
  bridgeOfNamespace,
  dhcpDir,
  type HostSetup,
  metadataNamespace,
  outsideNamespace,
  routerOfNamespace,
} from './host-setup.ts';
import { askIp, inNamespace, runIp, tryIp } from './ip.ts';
import { namespaceNames } from './namespace-names.ts';
import { ruleTable, setRules } from './rule-table.ts';
import { writeSettings } from './settings.ts';
import { addUplink, removeUplink } from './uplink.ts';

/** Makes the fixed namespaces, or what is missing in them. */
export async function prepareHost(setup: HostSetup): Promise<void> {
  await mkdir(dhcpDir(setup), { recursive: true, mode: 0o755 });
  for (const fixed of fixedNamespaces(setup)) await prepareNamespace(fixed);
  await removeEarlierLayout(setup);
  if (setup.uplink !== null) return await addUplink(setup, setup.uplink);
  if ((await namespaceNames()).includes(outsideNamespace(setup))) await removeOutside(setup);
}

async function prepareNamespace({ name, settings, chains, sum }: FixedNamespace): Promise<void> {
  if (!(await namespaceExists(name))) await addNamespace(name);
  await runIp(name, ['link set dev lo up']);
  await writeSettings(name, settings);
  await setRules(name, ruleTable(sum, chains));
}

async function namespaceExists(name: string): Promise<boolean> {
  return (await tryCommand('ip', inNamespace(name, 'true'))).status === 0;
}

/** A name that stands for no namespace any more (its mount was lost) is in the way, and goes first. */
async function addNamespace(name: string): Promise<void> {
  await tryCommand('ip', ['netns', 'delete', name]);
  await runCommand('ip', ['netns', 'add', name]);
}

/** Earlier releases had gateways, routes and the uplink in the namespace of layer 2; `makeBridge` takes the gateways from the bridges. */
async function removeEarlierLayout({ namespace }: HostSetup): Promise<void> {
  await tryIp(namespace, ['link delete dev uplink']);
  for (const family of ['-4', '-6']) {
    const rules = await askIp<{ priority: number; table: string }>(namespace, family, 'rule', 'show');
    for (const { priority, table } of rules.filter((one) => one.priority === 1000 || one.priority === 1001)) {
      await runCommand('ip', ['-n', namespace, family, 'rule', 'delete', 'priority', String(priority), 'table', table]);
      await tryCommand('ip', ['-n', namespace, family, 'route', 'flush', 'table', table]);
    }
  }
}

async function removeOutside(setup: HostSetup): Promise<void> {
  await removeUplink(setup);
  await tryCommand('ip', ['netns', 'delete', outsideNamespace(setup)]);
}

/** Removes every namespace with all in it, and what of it stands outside. Processes in them must have ended. */
export async function removeHost(setup: HostSetup): Promise<void> {
  await removeAnswers(setup);
  await removeUplink(setup);
  const fixed = [setup.namespace, metadataNamespace(setup), outsideNamespace(setup)];
  const names = await namespaceNames();
  for (const name of names) {
    const isOwn =
      fixed.includes(name) || bridgeOfNamespace(setup, name) !== null || routerOfNamespace(setup, name) !== null;
    if (isOwn) await runCommand('ip', ['netns', 'delete', name]);
  }
  await rm(setup.runtimeDir, { recursive: true, force: true });
}
