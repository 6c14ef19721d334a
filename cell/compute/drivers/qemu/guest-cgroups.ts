import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { CONTROLLERS, type Controller, guestLimits, type Limits, SWAP_UNLIMITED } from './guest-limits.ts';

const MOUNT = '/sys/fs/cgroup';
/** How long the kernel may take to see that the last thread of a group is gone, ms. */
const EMPTY_MS = 2_000;
const POLL_MS = 20;

interface GuestCgroupsOptions {
  /** Of the group of all guests; empty: guests get none. */
  readonly parent: string;
  /** The agent's, so that two agents of one host clear away no group of each other's. */
  readonly stateDir: string;
  readonly marginMb: number;
  readonly log: Logger;
  readonly mount?: string;
}

/** One hierarchy: with version 2 the only one, for all controllers; with version 1 one for each. */
interface Hierarchy {
  readonly folder: string;
  readonly controllers: readonly Controller[];
}

/**
 * A control group for each guest that runs: `<mount>[/<controller>]/<parent>/<agent>/<guestId>`. Both versions of the kernel's interface
 * (cgroups(7)). A host without one runs guests without these limits, and says so.
 */
export class GuestCgroups {
  readonly #options: GuestCgroupsOptions;
  readonly #mount: string;
  readonly #agent: string;
  #version: 1 | 2 = 2;
  #hierarchies: readonly Hierarchy[] = [];

  constructor(options: GuestCgroupsOptions) {
    this.#options = options;
    this.#mount = options.mount ?? MOUNT;
    this.#agent = createHash('sha256').update(options.stateDir).digest('hex').slice(0, 8);
  }

  /** What guests are limited in here. */
  get controllers(): readonly Controller[] {
    return this.#hierarchies.flatMap(({ controllers }) => controllers);
  }

  /** What they should be limited in and are not. */
  get missing(): readonly Controller[] {
    if (this.#options.parent === '') return [];
    const { controllers } = this;
    return CONTROLLERS.filter((one) => !controllers.includes(one));
  }

  /** Finds what this host has, makes the group of all guests, and clears away what guests of before left. Never rejects. */
  async open(): Promise<void> {
    const { parent, log } = this.#options;
    if (parent === '')
      return log.warn('guests get no control group: compute.cgroup is empty, or the agent is not root');
    const reasons: string[] = [];
    const note = (error: unknown): void => void reasons.push(messageOf(error));
    this.#version = (await exists(join(this.#mount, 'cgroup.controllers'))) ? 2 : 1;
    this.#hierarchies = this.#version === 2 ? await this.#openSecond(note) : await this.#openFirst(note);
    for (const { folder } of this.#hierarchies) await this.#sweep(folder);
    const { controllers, missing } = this;
    if (missing.length > 0)
      log.warn({ missing, reasons }, 'guests are not limited in everything: control groups are missing');
    if (controllers.length > 0) log.info({ version: this.#version, controllers }, 'each guest gets a control group');
  }

  /** The groups that the process of this guest is to join, each as a folder; they have its limits. */
  async prepare(guestId: string, spec: Pick<GuestSpec, 'vcpus' | 'ramMb'>): Promise<readonly string[]> {
    const limits = guestLimits(spec, this.#options.marginMb)[this.#version];
    return await Promise.all(
      this.#hierarchies.map(async ({ folder, controllers }) => {
        const group = join(folder, guestId);
        await mkdir(group, { recursive: true });
        for (const controller of controllers) await setLimits(group, limits[controller]);
        return group;
      }),
    );
  }

  /** When its process is gone. What the kernel does not release in time goes with the next start of the agent. */
  async remove(guestId: string): Promise<void> {
    for (const { folder } of this.#hierarchies) {
      await removeGroup(join(folder, guestId)).catch((error: unknown) => {
        this.#options.log.warn({ guestId, reason: messageOf(error) }, 'the control group of a guest stays');
      });
    }
  }

  /** Leaves no group of the agent's when no guest of it runs. */
  async close(): Promise<void> {
    for (const { folder } of this.#hierarchies) await rmdir(folder).catch(unlessBusy);
  }

  async #openFirst(note: (error: unknown) => void): Promise<Hierarchy[]> {
    const made = CONTROLLERS.map(async (controller): Promise<Hierarchy[]> => {
      const root = join(this.#mount, controller);
      try {
        await access(join(root, 'cgroup.procs'));
        const folder = join(root, this.#options.parent, this.#agent);
        await mkdir(folder, { recursive: true });
        return [{ folder, controllers: [controller] }];
      } catch (error) {
        note(error);
        return [];
      }
    });
    return (await Promise.all(made)).flat();
  }

  /** Controllers are passed on from level to level; a level that has processes of its own passes none on. */
  async #openSecond(note: (error: unknown) => void): Promise<Hierarchy[]> {
    const levels = [...this.#options.parent.split('/').filter((name) => name !== ''), this.#agent];
    let folder = this.#mount;
    try {
      for (const level of levels) {
        await passOn(folder, note);
        folder = join(folder, level);
        await mkdir(folder, { recursive: true });
      }
      await passOn(folder, note);
      const passed = (await readFile(join(folder, 'cgroup.subtree_control'), 'utf8')).trim().split(/\s+/);
      const controllers = CONTROLLERS.filter((controller) => passed.includes(controller));
      return controllers.length === 0 ? [] : [{ folder, controllers }];
    } catch (error) {
      note(error);
      return [];
    }
  }

  /** A group that still has a process is that of a guest that runs; the kernel refuses to remove it. */
  async #sweep(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await rmdir(join(folder, entry.name)).catch(unlessBusy);
    }
  }
}

async function passOn(folder: string, note: (error: unknown) => void): Promise<void> {
  const control = join(folder, 'cgroup.subtree_control');
  const passed = (await readFile(control, 'utf8')).trim().split(/\s+/);
  for (const controller of CONTROLLERS) {
    if (!passed.includes(controller)) await writeFile(control, `+${controller}`).catch(note);
  }
}

async function setLimits(group: string, limits: Limits): Promise<void> {
  const files: [string, string][] = [];
  for (const [file, value] of Object.entries(limits)) {
    const path = join(group, file);
    const unlimited = SWAP_UNLIMITED[file];
    if (unlimited !== undefined && !(await exists(path))) continue;
    // Version 1 takes no limit of memory above that of memory and swap, which may be that of an earlier flavor.
    if (unlimited !== undefined) await writeFile(path, unlimited);
    files.push([path, String(value)]);
  }
  for (const [path, value] of files) await writeFile(path, value);
}

async function removeGroup(group: string): Promise<void> {
  for (const deadline = Date.now() + EMPTY_MS; ; await delay(POLL_MS)) {
    try {
      return await rmdir(group);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() >= deadline) throw error;
    }
  }
}

function unlessBusy(error: NodeJS.ErrnoException): void {
  if (!['EBUSY', 'ENOTEMPTY', 'ENOENT'].includes(error.code ?? '')) throw error;
}
