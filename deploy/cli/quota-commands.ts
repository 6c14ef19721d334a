import { type Command, InvalidArgumentError } from 'commander';
import { openSession } from './session.ts';

interface LimitFlags {
  readonly images?: number;
  readonly sizeMib?: number;
  readonly uploading?: number;
  readonly defaults?: boolean;
}

/** Quotas of servers and networks are set with the openstack client; that of images has no command there. */
export function addQuotaCommands(program: Command): void {
  program
    .command('quota')
    .description('limits of projects (admin)')
    .command('image <project>')
    .description('show the image limits of a project, by its id; with options, change them first; -1: no limit')
    .option('--images <n>', 'most images', limitOf)
    .option('--size-mib <n>', 'most MiB of all images together', limitOf)
    .option('--uploading <n>', 'most uploads in progress', limitOf)
    .option('--defaults', 'go back to the defaults')
    .action(async (project: string, { images, sizeMib, uploading, defaults }: LimitFlags) => {
      const { api, show } = await openSession(program, 'admin');
      const path = { project };
      const quota = {
        ...(images === undefined ? {} : { image_count_total: images }),
        ...(sizeMib === undefined ? {} : { image_size_total: sizeMib }),
        ...(uploading === undefined ? {} : { image_count_uploading: uploading }),
      };
      if (defaults === true) await api.call('image', 'DELETE /v2/quotas/{project}', { path });
      if (Object.keys(quota).length > 0) {
        await api.call('image', 'PUT /v2/quotas/{project}', { path, body: { quota } });
      }
      const answer = await api.call('image', 'GET /v2/quotas/{project}', { path });
      show({ project, ...answer.quota });
    });
}

function limitOf(text: string): number {
  if (!/^(-1|\d{1,12})$/.test(text)) throw new InvalidArgumentError('a whole number from 0, or -1, is needed');
  return Number(text);
}
