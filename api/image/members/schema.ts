import { always } from '../../http/by-version.ts';
import { arrayOf, object, string } from '../../http/parameter-types.ts';
import { oneOf, shape } from '../../http/response-types.ts';

export interface MemberCreate {
  readonly member: string;
}
export interface MemberUpdate {
  readonly status: 'pending' | 'accepted' | 'rejected';
}
const status = oneOf('pending', 'accepted', 'rejected');
export const createMemberBody = always(object({ member: { type: 'string', minLength: 1, maxLength: 64 } }, ['member']));
export const updateMemberBody = always(object({ status }, ['status']));

const member = shape({
  image_id: string,
  member_id: string,
  status,
  created_at: string,
  updated_at: string,
  schema: string,
});
export const memberResponse = always(member);
export const membersResponse = always(shape({ members: arrayOf(member), schema: string }));
