import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { GuestFact } from '../drivers/driver.ts';
import type { Step } from '../steps.ts';
import { boot } from './boot.ts';
import { disks } from './disks.ts';
import { interfaces } from './interfaces.ts';
import type { Part } from './part.ts';
import { rebuild } from './rebuild.ts';
import { saves } from './saves.ts';

/** In the order in which their steps are taken. */
const PARTS: readonly Part[] = [rebuild, boot, interfaces, disks, saves];

interface AllNeeds {
  readonly restart: boolean;
  readonly beforeRestart: readonly Step[];
  readonly whileDown: readonly Step[];
  readonly beforeStart: readonly Step[];
  readonly afterwards: readonly Step[];
}

/** What is left to do for all parts together. Pure. */
export function needsOf(desired: DesiredGuest, observed: GuestFact): AllNeeds {
  const needs = PARTS.map((part) => part(desired, observed));
  return {
    restart: needs.some(({ restart }) => restart === true),
    beforeRestart: needs.flatMap(({ beforeRestart }) => beforeRestart ?? []),
    whileDown: needs.flatMap(({ whileDown }) => whileDown ?? []),
    beforeStart: needs.flatMap(({ beforeStart }) => beforeStart ?? []),
    afterwards: needs.flatMap(({ afterwards }) => afterwards ?? []),
  };
}
