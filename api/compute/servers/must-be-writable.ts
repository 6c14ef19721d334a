import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';

/** States in which metadata and tags may be written (nova/compute/api.py, nova/api/openstack/compute/server_tags.py). */
const WRITABLE = ['active', 'paused', 'suspended', 'stopped'];

/** @param doing as in `update metadata`. @throws VolvoxError conflict */
export function mustBeWritable({ uuid, vmState }: Pick<Instance, 'uuid' | 'vmState'>, doing: string): void {
  if (!WRITABLE.includes(vmState)) {
    throw new VolvoxError('conflict', `Cannot '${doing}' instance ${uuid} while it is in vm_state ${vmState}`);
  }
}
