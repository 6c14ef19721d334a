import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import type { DesiredRouter } from '../../desired-routers.ts';
import { readOrNull } from './detached-process.ts';
import { type HostSetup, routerNamespace, routersDir } from './host-setup.ts';
import { namespaceIdentity } from './namespace-names.ts';

const RouterFile = Type.Object({
  /** Of its namespace: a file of an earlier one says nothing. */
  namespace: Type.String(),
  slot: Type.Integer(),
  form: Type.String(),
  /** Of its networks. */
  bridges: Type.Array(Type.String()),
});
const check = Compile(RouterFile);

const pathOf = (setup: HostSetup, router: string): string => join(routersDir(setup), `${router}.json`);

/** Says that a router is complete: written when all of it stands, removed before anything of it changes. */
export async function noteRouter(setup: HostSetup, { part, slot, form, legs }: DesiredRouter): Promise<void> {
  await mkdir(routersDir(setup), { recursive: true, mode: 0o755 });
  const namespace = (await namespaceIdentity(routerNamespace(setup, part))) ?? '';
  const file: Static<typeof RouterFile> = { namespace, slot, form, bridges: legs.map(({ bridge }) => bridge) };
  await writeFileAtomically(pathOf(setup, part), JSON.stringify(file), 0o644);
}

export const forgetRouter = (setup: HostSetup, router: string): Promise<void> =>
  rm(pathOf(setup, router), { force: true });

/** Slot and fingerprint of a complete router; null: it is not complete. */
export async function notedRouter(setup: HostSetup, router: string): Promise<{ slot: number; form: string } | null> {
  const file = await read(setup, router);
  return file !== null && file.namespace === (await namespaceIdentity(routerNamespace(setup, router))) ? file : null;
}

/** A network whose namespace goes takes its transits with it: its routers are complete no longer. */
export async function forgetRoutersOf(setup: HostSetup, bridge: string): Promise<void> {
  const names = await readdir(routersDir(setup)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const router of names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))) {
    if ((await read(setup, router))?.bridges.includes(bridge) !== false) await forgetRouter(setup, router);
  }
}

async function read(setup: HostSetup, router: string): Promise<Static<typeof RouterFile> | null> {
  try {
    const file: unknown = JSON.parse((await readOrNull(pathOf(setup, router))) ?? 'null');
    return check.Check(file) ? file : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
