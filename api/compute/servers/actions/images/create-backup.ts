import { CREATE_BACKUP_RULE } from '#platform/states/snapshot-rules.ts';
import type { ApiDeps } from '../../../../deps.ts';
import { always } from '../../../../http/by-version.ts';
import { metadata, name, nonNegativeInteger, object, string } from '../../../../http/parameter-types.ts';
import { authorize, policy } from '../../../../http/policy.ts';
import { type ApiRequest, action } from '../../../../http/route.ts';
import { checkLimits } from '../../create/check-limits.ts';
import { mustAllow } from '../must-allow.ts';
import { namedBody } from '../named-body.ts';
import { placedServer } from '../placed-server.ts';
import { answerWithImage, imageAnswer } from './answer-with-image.ts';
import { actWithImage } from './server-image.ts';

const POLICY = policy('os_compute_api:os-create-backup');
/** Of the column that keeps it. */
const MAX_ROTATION = 2_147_483_647;

interface CreateBackupBody {
  readonly createBackup: {
    readonly name: string;
    /** `daily`, `weekly`, or any other text. */
    readonly backup_type: string;
    readonly rotation: number | string;
    readonly metadata?: Readonly<Record<string, string>>;
  };
}

const backup = object({ name, backup_type: string, rotation: nonNegativeInteger, metadata }, [
  'name',
  'backup_type',
  'rotation',
]);

export const createBackup = (deps: ApiDeps) =>
  action<CreateBackupBody>({
    name: 'createBackup',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('createBackup', backup)),
    response: imageAnswer,
    summary: 'Makes an image of the root disk of a server, and deletes its oldest backups of this type.',
    handle: (request) => beginBackup(deps, request),
  });

/** @throws VolvoxError conflict, invalid, quota-exceeded, not-found. */
async function beginBackup(deps: ApiDeps, request: ApiRequest<CreateBackupBody>) {
  const { instance } = await placedServer(deps, request, 'createBackup');
  authorize(POLICY, request.caller, { projectId: instance.projectId });
  const { createBackup: asked } = request.body;
  await checkLimits(deps.directory, request.caller, asked);
  mustAllow(CREATE_BACKUP_RULE, instance, 'createBackup');
  const rotation = Math.min(Number(asked.rotation), MAX_ROTATION);
  const properties = { ...asked.metadata, backup_type: asked.backup_type };
  const image = await actWithImage(
    deps,
    request,
    { action: 'createBackup', policy: POLICY, instance },
    { name: asked.name, kind: 'backup', rotation, properties },
  );
  return answerWithImage(deps, request, image, rotation > 0);
}
