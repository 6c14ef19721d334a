import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { serviceBan } from './service-ban.mjs';

const isRoot = process.getuid?.() === 0;
const OPTIONS = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-q', '--no-install-recommends'];

/** Null when packages can be installed here without asking anybody; otherwise the reason in a sentence. */
export function whyNotInstallable() {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) {
    return 'This is not Debian, so it is not known how to install them here.';
  }
  if (isRoot || sudoWorks()) return null;
  return 'They cannot be installed now: this is not root, and sudo asks for a password.';
}

export function sudoWorks() {
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const installCommand = (packages) =>
  `${isRoot ? '' : 'sudo '}apt-get install --no-install-recommends ${packages.join(' ')}`;

/** Installs the packages; their services are not started, neither now nor by the installation. @throws with apt's last lines. */
export async function installPackages(packages, progress) {
  await asRoot('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', 'update']);
  progress.say('package lists updated');
  await ban.during(() =>
    asRoot('apt-get', [...OPTIONS, 'install', ...packages], { DEBIAN_FRONTEND: 'noninteractive' }),
  );
  progress.say('packages installed');
}

const ban = serviceBan((command, args) => asRoot(command, args));

/** Lets services be started again that a killed bootstrap has forbidden. Without the rights for it, says how. */
export async function liftLeftBan(progress) {
  if (!ban.isLeft()) return;
  if (!isRoot && !sudoWorks()) {
    progress.say(
      '/usr/sbin/policy-rc.d of a bootstrap that was killed keeps packages from starting services; remove it',
    );
    return;
  }
  await ban.lift();
  progress.say('removed the policy-rc.d of a bootstrap that was killed');
}

function asRoot(command, args, environment = {}) {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const whole = ['env', ...assignments, command, ...args];
  return isRoot ? run(whole[0], whole.slice(1)) : run('sudo', ['-n', ...whole]);
}
