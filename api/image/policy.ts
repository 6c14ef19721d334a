import type { ImageRow } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '../identity/caller.ts';

/** Who may see an image and is not its owner may not change it. */
export function requireOwner(caller: Caller, row: ImageRow, doing: string): void {
  if (caller.isAdmin) return;
  if (row.project_id !== caller.projectId || !caller.roles.includes('member')) {
    throw new VolvoxError('forbidden', `You are not permitted to ${doing} this image.`);
  }
}

export function requirePublisher(caller: Caller, visibility: string): void {
  if (visibility === 'public' && !caller.isAdmin) {
    throw new VolvoxError('forbidden', 'You are not authorized to complete publicize_image action.');
  }
}

export function requireMember(caller: Caller, action: string): void {
  if (!caller.isAdmin && !caller.roles.includes('member')) {
    throw new VolvoxError('forbidden', `You are not authorized to complete ${action} action.`);
  }
}
