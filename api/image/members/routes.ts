import {
  deleteMember,
  getImage,
  type ImageMember,
  type ImageRecord,
  insertMember,
  listMembers,
  updateMember,
} from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { glanceTime } from '../images/view.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { ADD_MEMBER, DELETE_MEMBER, GET_MEMBER, GET_MEMBERS, MODIFY_MEMBER } from './policy.ts';
import {
  createMemberBody,
  type MemberCreate,
  type MemberUpdate,
  memberResponse,
  membersResponse,
  updateMemberBody,
} from './schema.ts';

const view = (member: ImageMember) => ({
  image_id: member.imageId,
  member_id: member.memberId,
  status: member.status,
  created_at: glanceTime(member.createdAt),
  updated_at: glanceTime(member.updatedAt),
  schema: '/v2/schemas/member',
});

/** Glance's default (`image_member_quota`). */
const MAX_MEMBERS = 128;

/** Projects with which an image is shared. The owner shares it; the member accepts or rejects it. */
export function memberRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const find = ({ caller, params }: ApiRequest) => getImage(directory.read, caller, params.id ?? '');
  const membersFor = async ({ caller }: ApiRequest, image: ImageRecord) => {
    const members = await listMembers(directory.read, image.id);
    const all = caller.isAdmin || image.projectId === caller.projectId;
    return all ? members : members.filter((member) => member.memberId === caller.projectId);
  };
  const memberOf = async (request: ApiRequest) => {
    const { member } = request.params;
    const found = (await membersFor(request, await find(request))).find((one) => one.memberId === member);
    if (found === undefined) throw notMember(request);
    return found;
  };

  return [
    route({
      method: 'GET',
      path: '/v2/images/:id/members',
      summary: 'Lists the projects that an image is shared with.',
      policy: GET_MEMBERS,
      query: ignoredQuery,
      response: membersResponse,
      handle: async (request) => ({
        members: (await membersFor(request, await find(request))).map(view),
        schema: '/v2/schemas/members',
      }),
    }),
    route<MemberCreate>({
      method: 'POST',
      path: '/v2/images/:id/members',
      summary: 'Shares an image with a project.',
      policy: ADD_MEMBER,
      authorizes: 'handler',
      query: ignoredQuery,
      body: createMemberBody,
      response: memberResponse,
      handle: async (request) => {
        const image = authorizeOwner(ADD_MEMBER, request.caller, await find(request));
        if (image.visibility !== 'shared') {
          throw new VolvoxError(
            'forbidden',
            `Only shared images have members. Set the visibility of image ${image.id} to shared first.`,
          );
        }
        const member: ImageMember = {
          imageId: image.id,
          memberId: request.body.member,
          status: 'pending',
          createdAt: now(),
          updatedAt: now(),
        };
        if (!(await directory.transaction((tx) => insertMember(tx, member, MAX_MEMBERS)))) {
          throw new VolvoxError('conflict', `Member ${member.memberId} is duplicated for image ${image.id}`);
        }
        return view(member);
      },
    }),
    route({
      method: 'GET',
      path: '/v2/images/:id/members/:member',
      summary: 'Shows whether a project has accepted an image.',
      policy: GET_MEMBER,
      query: ignoredQuery,
      response: memberResponse,
      handle: async (request) => view(await memberOf(request)),
    }),
    route<MemberUpdate>({
      method: 'PUT',
      path: '/v2/images/:id/members/:member',
      summary: "Accepts or rejects an image for the caller's project.",
      policy: MODIFY_MEMBER,
      query: ignoredQuery,
      body: updateMemberBody,
      response: memberResponse,
      handle: async (request) => {
        const member = await memberOf(request);
        if (!request.caller.isAdmin && member.memberId !== request.caller.projectId) {
          throw new VolvoxError(
            'forbidden',
            'You are not permitted to modify the status of this image member. Only the member itself may.',
          );
        }
        const changed: ImageMember = { ...member, status: request.body.status, updatedAt: now() };
        await directory.transaction((tx) => updateMember(tx, changed));
        return view(changed);
      },
    }),
    route({
      method: 'DELETE',
      path: '/v2/images/:id/members/:member',
      summary: 'Stops sharing an image with a project.',
      policy: DELETE_MEMBER,
      authorizes: 'handler',
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const image = authorizeOwner(DELETE_MEMBER, request.caller, await find(request));
        const member = request.params.member ?? '';
        if (!(await directory.transaction((tx) => deleteMember(tx, image.id, member)))) throw notMember(request);
      },
    }),
  ];
}

const notMember = ({ params: { id, member } }: ApiRequest): VolvoxError =>
  new VolvoxError('not-found', `${member} not found in the member list of the image ${id}.`);
