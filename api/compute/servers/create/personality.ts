import type { Limits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InjectedFile } from '#platform/objects/block-device.ts';

/** `personality` of a create request (until 2.56): files that the guest finds on its config drive and in its metadata. */
type Personality = readonly InjectedFile[];

/**
 * Checks the files against the limits of the project; they consume no quota.
 * @throws VolvoxError quota-exceeded, in Nova's words (nova/exception.py), with the file and what is allowed.
 */
export function checkPersonality(files: Personality, limits: Limits): void {
  const { injected_files: count, injected_file_path_bytes: path, injected_file_content_bytes: content } = limits;
  if (isOver(count, files.length)) {
    throw quota(`Personality file limit exceeded: personality has ${files.length} files; ${count} are allowed.`);
  }
  for (const [index, file] of files.entries()) {
    const pathBytes = Buffer.byteLength(file.path);
    const bytes = Buffer.from(file.contents, 'base64').length;
    const field = `personality[${index}]`;
    if (isOver(path, pathBytes)) {
      throw quota(`Personality file path exceeds maximum ${path}: ${field}.path has ${pathBytes} bytes.`);
    }
    if (isOver(content, bytes)) {
      throw quota(`Personality file content exceeds maximum ${content}: ${field}.contents has ${bytes} bytes.`);
    }
  }
}

/** The part of a build with the files; clients break base64 into lines, which the build does not keep. */
export const injectedFiles = (files: Personality = []): { injectedFiles?: InjectedFile[] } =>
  files.length === 0
    ? {}
    : { injectedFiles: files.map(({ path, contents }) => ({ path, contents: contents.replaceAll(/\s/g, '') })) };

/** Negative: there is no limit. */
const isOver = (limit: number, asked: number): boolean => limit >= 0 && asked > limit;

const quota = (message: string): VolvoxError => new VolvoxError('quota-exceeded', message);
