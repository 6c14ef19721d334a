import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { actionAllowed } from '#platform/states/action-rule.ts';
import { RESIZE_RULE } from '#platform/states/resize-rule.ts';

/** @throws VolvoxError conflict when the state of the server does not allow a resize or a migration. */
export function mustBeResizable(instance: Instance, method: 'resize' | 'migrate'): void {
  const allowed = actionAllowed(RESIZE_RULE, instance);
  if (allowed.allowed) return;
  throw new VolvoxError(
    'conflict',
    `Cannot '${method}' instance ${instance.uuid} while it is in ${allowed.attribute} ${allowed.state}`,
  );
}
