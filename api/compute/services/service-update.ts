import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Microversion } from '../../http/microversion.ts';
import { isTrue } from '../../http/parameter-types.ts';
import { since } from '../../http/since.ts';

const SINCE = since({ forceDown: 11 });

/** What the door is told; absent members stay as they are. */
export interface ServiceChange {
  readonly enabled?: boolean;
  readonly disabledReason?: string | null;
  readonly forcedDown?: boolean;
}

/** Until 2.52: the service is named in the body, what to do in the path. */
export interface LegacyUpdate {
  readonly host: string;
  readonly binary: string;
  readonly disabled_reason?: string;
  readonly forced_down?: boolean | string;
}
/** Since 2.53. */
export interface ServiceUpdate {
  readonly status?: 'enabled' | 'disabled';
  readonly disabled_reason?: string;
  readonly forced_down?: boolean | string;
}

/** What a legacy request changes, and what it is answered with besides host and binary. */
interface LegacyChange {
  readonly change: ServiceChange;
  readonly shown: Readonly<Record<string, unknown>>;
}

/** @throws VolvoxError not-found for an unknown verb, invalid for a missing member. */
export function legacyChange(verb: string, body: LegacyUpdate, version: Microversion): LegacyChange {
  const { disabled_reason: reason, forced_down: forcedDown } = body;
  switch (verb) {
    case 'enable':
      return { change: { enabled: true, disabledReason: null }, shown: { status: 'enabled' } };
    case 'disable':
      return { change: { enabled: false, disabledReason: null }, shown: { status: 'disabled' } };
    case 'disable-log-reason':
      if (reason === undefined)
        throw new VolvoxError(
          'invalid',
          'Missing disabled reason field: disabled_reason is required by disable-log-reason.',
        );
      return {
        change: { enabled: false, disabledReason: reason },
        shown: { status: 'disabled', disabled_reason: reason },
      };
    case 'force-down':
      if (!SINCE.forceDown(version)) break;
      if (forcedDown === undefined)
        throw new VolvoxError('invalid', 'Missing forced_down field: forced_down must be true or false.');
      return { change: { forcedDown: isTrue(forcedDown) }, shown: { forced_down: isTrue(forcedDown) } };
  }
  throw new VolvoxError(
    'not-found',
    'Unknown action. Expected in the path: enable, disable, disable-log-reason or force-down.',
  );
}

/** @throws VolvoxError invalid when nothing is asked for, or a reason without disabling. */
export function changeOf({ status, disabled_reason: reason, forced_down: forcedDown }: ServiceUpdate): ServiceChange {
  if (reason !== undefined && status !== 'disabled')
    throw new VolvoxError(
      'invalid',
      "Specifying disabled_reason when status is 'enabled' is invalid. Leave it out, or disable the service.",
    );
  if (status === undefined && forcedDown === undefined)
    throw new VolvoxError(
      'invalid',
      "No updates were requested. Fields 'status' or 'forced_down' should be specified.",
    );
  return {
    ...(status === undefined ? {} : { enabled: status === 'enabled', disabledReason: reason ?? null }),
    ...(forcedDown === undefined ? {} : { forcedDown: isTrue(forcedDown) }),
  };
}
