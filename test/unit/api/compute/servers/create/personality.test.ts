import { expect, it } from 'vitest';
import { QUOTA_RESOURCES } from '#platform/directory/stores/quotas.ts';
import { loadedBuild, storedBuild } from '#platform/objects/user-data.ts';
import { checkPersonality, injectedFiles } from '../../../../../../api/compute/servers/create/personality.ts';
import { aBuild } from '../../../../../support/a-build.ts';

const unlimited = Object.fromEntries(QUOTA_RESOURCES.map((name) => [name, -1])) as Parameters<
  typeof checkPersonality
>[1];
const file = (path: string, content: string) => ({ path, contents: Buffer.from(content).toString('base64') });

it('keeps to the number, the path bytes and the decoded content bytes of the project, and names the file', () => {
  const files = [file('/etc/ä', '12345'), file('/b', '')];
  expect(() => checkPersonality(files, unlimited)).not.toThrow();
  const limits = { ...unlimited, injected_files: 2, injected_file_path_bytes: 7, injected_file_content_bytes: 5 };
  expect(() => checkPersonality(files, limits)).not.toThrow();
  expect(() => checkPersonality(files, { ...limits, injected_files: 1 })).toThrow(
    /^Personality file limit exceeded: personality has 2 files; 1 are allowed\.$/,
  );
  expect(() => checkPersonality(files, { ...limits, injected_file_path_bytes: 6 })).toThrow(
    /^Personality file path exceeds maximum 6: personality\[0\]\.path has 7 bytes\.$/,
  );
  expect(() => checkPersonality(files, { ...limits, injected_file_content_bytes: 4 })).toThrow(
    /^Personality file content exceeds maximum 4: personality\[0\]\.contents has 5 bytes\.$/,
  );
});

it('keeps files apart from the rest of the build, with the user data, and finds both again', () => {
  const files = injectedFiles([{ path: '/etc/banner', contents: 'aGVs\nbG8=' }]);
  expect(files).toEqual({ injectedFiles: [{ path: '/etc/banner', contents: 'aGVsbG8=' }] });
  expect(injectedFiles([])).toEqual({});
  for (const userData of [null, 'dXNlciBkYXRh']) {
    for (const rest of [{}, files]) {
      const build = { ...aBuild(), userData, ...rest };
      const { build: text, user_data: stored } = storedBuild(build);
      expect(text).not.toMatch(/aGVs|dXNl/);
      expect(loadedBuild({ build: text, userData: stored })).toEqual(build);
      expect(loadedBuild({ build: text, userData: null })).toMatchObject({ userData: null, uuid: build.uuid });
    }
  }
});
