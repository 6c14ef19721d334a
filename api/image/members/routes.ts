import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sqlTime } from '#platform/database/json-column.ts';
import {
  deleteMember,
  getImage,
  type ImageMemberRow,
  type ImageRow,
  insertMember,
  listMembers,
  updateMember,
} from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { glanceTime } from '../images/view.ts';
import { requireOwner } from '../policy.ts';

const MemberCreate = Type.Object({ member: Type.String({ minLength: 1, maxLength: 64 }) });
const MemberUpdate = Type.Object({
  status: Type.Union([Type.Literal('pending'), Type.Literal('accepted'), Type.Literal('rejected')]),
});
type OfImage = { Params: { id: string } };
type ByMember = { Params: { id: string; member: string } };

const view = (row: ImageMemberRow) => ({
  image_id: row.image_id,
  member_id: row.member_id,
  status: row.status,
  created_at: glanceTime(row.created_at),
  updated_at: glanceTime(row.updated_at),
  schema: '/v2/schemas/member',
});

/** Projects that a shared image is offered to. The owner offers, the member accepts or rejects. */
export function registerMembers(app: FastifyInstance, { directory, clock }: ApiDeps): void {
  const now = () => sqlTime(timestamp(clock.now()));
  const find = (request: FastifyRequest<OfImage>) => getImage(directory.read, request.context, request.params.id);

  const membersFor = async (request: FastifyRequest<OfImage>, image: ImageRow) => {
    const { context } = request;
    const members = await listMembers(directory.read, image.id);
    const all = context.isAdmin || image.project_id === context.projectId;
    return all ? members : members.filter((member) => member.member_id === context.projectId);
  };
  const memberOf = async (request: FastifyRequest<ByMember>) => {
    const { member } = request.params;
    const found = (await membersFor(request, await find(request))).find((row) => row.member_id === member);
    if (found === undefined) throw notMember(request.params);
    return found;
  };

  app.get<OfImage>('/v2/images/:id/members', async (request) => ({
    members: (await membersFor(request, await find(request))).map(view),
    schema: '/v2/schemas/members',
  }));

  app.post<OfImage & { Body: Static<typeof MemberCreate> }>(
    '/v2/images/:id/members',
    { schema: { body: MemberCreate } },
    async (request) => {
      const image = await find(request);
      requireOwner(request.context, image, 'share');
      if (image.visibility !== 'shared') {
        throw new VolvoxError('forbidden', `Only shared images have members.`);
      }
      const row: ImageMemberRow = {
        image_id: image.id,
        member_id: request.body.member,
        status: 'pending',
        created_at: now(),
        updated_at: now(),
      };
      const added = await directory.transaction((tx) => insertMember(tx, row));
      if (!added) {
        throw new VolvoxError('conflict', `Member ${row.member_id} is duplicated for image ${image.id}`);
      }
      return view(row);
    },
  );

  app.get<ByMember>('/v2/images/:id/members/:member', async (request) => view(await memberOf(request)));

  app.put<ByMember & { Body: Static<typeof MemberUpdate> }>(
    '/v2/images/:id/members/:member',
    { schema: { body: MemberUpdate } },
    async (request) => {
      const member = await memberOf(request);
      if (!request.context.isAdmin && member.member_id !== request.context.projectId) {
        throw new VolvoxError('forbidden', 'You are not permitted to modify the status of this image member.');
      }
      const row: ImageMemberRow = { ...member, status: request.body.status, updated_at: now() };
      await directory.transaction((tx) => updateMember(tx, row));
      return view(row);
    },
  );

  app.delete<ByMember>('/v2/images/:id/members/:member', async (request, reply) => {
    const image = await find(request);
    requireOwner(request.context, image, 'share');
    const found = await directory.transaction((tx) => deleteMember(tx, image.id, request.params.member));
    if (!found) throw notMember(request.params);
    return reply.code(204).send();
  });
}

const notMember = ({ id, member }: ByMember['Params']): VolvoxError =>
  new VolvoxError('not-found', `${member} not found in the member list of the image ${id}.`);
