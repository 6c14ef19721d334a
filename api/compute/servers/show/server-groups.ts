import type { Instance } from '#platform/objects/instance.ts';
import { since } from '../../../http/since.ts';
import type { Viewer } from './server-view.ts';

const SINCE = since({ groups: 71 });

/** Only answers about one server say its groups. */
export const withGroups = (view: Record<string, unknown>, instance: Instance, viewer: Viewer) =>
  SINCE.groups(viewer.version) ? { ...view, server_groups: groupsOf(instance) } : view;

export const groupsOf = ({ serverGroup }: Pick<Instance, 'serverGroup'>): readonly string[] =>
  serverGroup === null ? [] : [serverGroup.id];
