import { sqlTime } from '../../../database/json-column.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTx } from '../../directory.ts';

/** The name that lists show while the server's cell does not answer. */
export async function renameHome(tx: DirectoryTx, uuid: string, name: string, now: number): Promise<void> {
  await setDetails(tx, uuid, { name }, now);
}

/** What the instance takes of its project's quota. */
export async function setHomeQuota(
  tx: DirectoryTx,
  uuid: string,
  { vcpus, ramMb }: { readonly vcpus: number; readonly ramMb: number },
  now: number,
): Promise<void> {
  await setDetails(tx, uuid, { vcpus, ram_mb: ramMb }, now);
}

async function setDetails(
  tx: DirectoryTx,
  uuid: string,
  values: { readonly name: string } | { readonly vcpus: number; readonly ram_mb: number },
  now: number,
): Promise<void> {
  await tx
    .updateTable('instance_homes')
    .set({ ...values, updated_at: sqlTime(timestamp(now)) })
    .where('uuid', '=', uuid)
    .execute();
}
