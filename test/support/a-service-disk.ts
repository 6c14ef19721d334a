import { randomUUID } from 'node:crypto';
import type { NewAttachedDisk } from '#platform/objects/attached-disk.ts';

/** A disk as a service asks to attach it. */
export const aServiceDisk = (rest: Partial<NewAttachedDisk> = {}): NewAttachedDisk => ({
  id: randomUUID(),
  connection: { kind: 'nbd', data: { host: '127.0.0.1', port: 10_809, exportName: 'a' } },
  readOnly: false,
  bus: 'virtio',
  tag: null,
  ...rest,
});
