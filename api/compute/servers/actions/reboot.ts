import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { type ActDeps, act } from './act.ts';
import { namedBody } from './named-body.ts';

const POLICY = policy('os_compute_api:servers:reboot');
const TYPES = ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'];

export const reboot = (deps: ActDeps) =>
  action<{ reboot: { type: string } }>({
    name: 'reboot',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('reboot', object({ type: { type: 'string', enum: TYPES } }, ['type']))),
    response: always('empty'),
    summary: 'Reboots a server, softly (by its own system) or hard.',
    handle: (request) => {
      const how = request.body.reboot.type.toUpperCase() === 'HARD' ? 'hard' : 'soft';
      return act(deps, request, POLICY, 'reboot', { reboot: how });
    },
  });
