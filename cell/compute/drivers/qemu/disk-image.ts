import { basename, dirname } from 'node:path';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS } from '#platform/objects/image.ts';
import { runConfined } from './confined-command.ts';
import type { FormatCommand } from './format-disk.ts';

export interface ImageFacts {
  readonly format: string;
  readonly virtualBytes: number;
}

interface QemuImgInfo {
  readonly format: string;
  readonly 'virtual-size': number;
  readonly 'backing-filename'?: string;
  readonly 'format-specific'?: { readonly data?: { readonly 'data-file'?: string } };
}

/** `qemu-img` works on headers and tables here, never on all of a disk: more time than this means that a file was made to harm. */
const LIMITS = { cpuSeconds: 30, wallMs: 120_000 };

/**
 * `qemu-img`, as this driver uses it: as the user whom the disks belong to, within limits, and on one file. It opens no base image. The
 * programs that format a disk run the same way.
 */
export class DiskImages {
  readonly #program: string;
  readonly #uid: number | null;

  /** `uid`: whose disks; null: those of the agent's own user. */
  constructor(uid: number | null, program = 'qemu-img') {
    this.#uid = uid;
    this.#program = program;
  }

  /** The same program for disks of another user. */
  as(uid: number | null): DiskImages {
    return new DiskImages(uid, this.#program);
  }

  /**
   * Looks at an image that somebody uploaded as `format`. It must be just that, and must not reach for other files of this host.
   * @throws VolvoxError unsupported for a format that is not served here, invalid for one that lies.
   */
  async checkUploaded(path: string, format: string): Promise<ImageFacts> {
    if (!BOOT_FORMATS.includes(format)) {
      const refusal = `Images of format ${format} can't be booted here; ${BOOT_FORMATS.join(' and ')} can.`;
      throw new VolvoxError('unsupported', refusal, { blame: 'request' });
    }
    const message = `The image is not ${format}, as it says it is.`;
    const info = await this.#info(path, format).catch(refusedAs(message, { blame: 'request' }));
    if (info['backing-filename'] !== undefined || info['format-specific']?.data?.['data-file'] !== undefined) {
      throw new VolvoxError('invalid', 'The image refers to another file, which is not allowed.', { blame: 'request' });
    }
    return { format, virtualBytes: info['virtual-size'] };
  }

  /**
   * Looks at a disk that was made or copied, perhaps from a host of another cell, before anything is opened from it: it reaches for no
   * other file but, as an overlay, for its base. @throws VolvoxError invalid.
   */
  async checkOwn(path: string, isOverlay: boolean): Promise<void> {
    const info = await this.#info(path, 'qcow2').catch(refusedAs('The disk is not qcow2.'));
    const hasBase = info['backing-filename'] !== undefined;
    if (info['format-specific']?.data?.['data-file'] !== undefined || (hasBase && !isOverlay)) {
      throw new VolvoxError('invalid', 'The disk refers to another file, which is not allowed.');
    }
  }

  /** That the program is here and can be run as the user. @throws VolvoxError unavailable, internal. */
  async probe(folder: string): Promise<void> {
    await this.#run(`${folder}/.`, ['--version'], { isAlone: false });
  }

  /** Why the program cannot be confined on this host; null: it can. */
  async problem(folder: string): Promise<string | null> {
    return await this.#run(`${folder}/.`, ['--version']).then(() => null, messageOf);
  }

  /** Of one of our own disks. */
  async virtualBytes(path: string): Promise<number> {
    return (await this.#info(path, 'qcow2'))['virtual-size'];
  }

  /** The file exists, empty, and is of the user. */
  async createOverlay(path: string, base: { path: string; format: string }, sizeBytes: number): Promise<void> {
    const backing = ['-u', '-F', base.format, '-b', base.path];
    await this.#run(path, ['create', '-q', '-f', 'qcow2', ...backing, basename(path), String(sizeBytes)]);
  }

  /** The file exists, empty, and is of the user. */
  async createEmpty(path: string, sizeBytes: number): Promise<void> {
    await this.#run(path, ['create', '-q', '-f', 'qcow2', basename(path), String(sizeBytes)]);
  }

  /**
   * A disk that a program has formatted. Both files exist and are of the user: `path` is empty and becomes the disk; `rawPath` is as long as the
   * disk, without content, and no longer needed afterwards.
   */
  async createFormatted(path: string, rawPath: string, [program, ...args]: FormatCommand): Promise<void> {
    await this.#run(rawPath, [...args, basename(rawPath)], { program });
    await this.#run(path, ['convert', '-q', '-f', 'raw', '-O', 'qcow2', basename(rawPath), basename(path)]);
  }

  /** Tells an overlay where its base is now; the base has the same content as before. */
  async setBase(path: string, base: { path: string; format: string }): Promise<void> {
    await this.#run(path, ['rebase', '-u', '-f', 'qcow2', '-F', base.format, '-b', base.path, basename(path)]);
  }

  async grow(path: string, sizeBytes: number): Promise<void> {
    const alone = { driver: 'qcow2', backing: null, file: { driver: 'file', filename: basename(path) } };
    await this.#run(path, ['resize', '-q', `json:${JSON.stringify(alone)}`, String(sizeBytes)]);
  }

  /** `-U`: the disk may be in use. */
  async #info(path: string, format: string): Promise<QemuImgInfo> {
    const args = ['info', '-U', '--output=json', '-f', format, basename(path)];
    return JSON.parse(await this.#run(path, args)) as QemuImgInfo;
  }

  #run(
    path: string,
    args: readonly string[],
    { program = this.#program, ...rest }: { readonly isAlone?: boolean; readonly program?: string } = {},
  ): Promise<string> {
    return runConfined(program, args, { uid: this.#uid, cwd: dirname(path), ...LIMITS, ...rest });
  }
}

/** `qemu-img` looked at the file and refused it; that it could not look is another error. */
const refusedAs =
  (message: string, blamed: { readonly blame?: 'request' } = {}) =>
  (cause: unknown): never => {
    throw isVolvoxError(cause, 'internal') ? new VolvoxError('invalid', message, { cause, ...blamed }) : cause;
  };
