/**
 * What has to be on the machine, for what, and the Debian package that brings it. Found by what it is (a library, a
 * program, a file), so that the check holds on every distribution; only the installation knows packages.
 */

/**
 * @typedef {'window' | 'headless' | 'test' | 'package'} Purpose
 * @typedef {object} Requirement
 * @property {Purpose[]} purposes
 * @property {'library' | 'program' | 'file' | 'font'} kind
 * @property {string} name a soname, a program's name, an absolute path; for a font what to look for
 * @property {string} [or] another one that does as well
 * @property {string[]} packages alternatives, the first that the distribution knows is taken (Ubuntu 24.04 renamed some)
 */

/** @type {Requirement[]} */
export const REQUIREMENTS = [
  ...[
    ['libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'],
    ['libnss3.so', 'libnss3'],
    ['libasound.so.2', 'libasound2t64', 'libasound2'],
    ['libgbm.so.1', 'libgbm1'],
    ['libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
    ['libcups.so.2', 'libcups2t64', 'libcups2'],
    ['libXss.so.1', 'libxss1'],
    ['libnotify.so.4', 'libnotify4'],
    ['libsecret-1.so.0', 'libsecret-1-0'],
    ['libdrm.so.2', 'libdrm2'],
    ['libXtst.so.6', 'libxtst6'],
  ].map(
    ([name, ...packages]) =>
      /** @type {Requirement} */ ({
        purposes: ['window', 'test'],
        kind: 'library',
        name,
        packages,
      }),
  ),
  { purposes: ['window', 'test'], kind: 'font', name: 'a font', packages: ['fonts-dejavu-core'] },
  { purposes: ['headless', 'test'], kind: 'program', name: 'Xvfb', packages: ['xvfb'] },
  { purposes: ['headless', 'test'], kind: 'program', name: 'xvfb-run', packages: ['xvfb'] },
  { purposes: ['headless', 'test'], kind: 'program', name: 'xauth', packages: ['xauth'] },
  { purposes: ['test'], kind: 'program', name: 'gcc', packages: ['gcc'] },
  {
    purposes: ['test'],
    kind: 'file',
    name: '/usr/include/linux/audit.h',
    packages: ['linux-libc-dev'],
  },
  { purposes: ['test'], kind: 'file', name: '/usr/include/stdio.h', packages: ['libc6-dev'] },
  { purposes: ['test'], kind: 'program', name: 'flock', packages: ['util-linux'] },
  // ausearch names protocols by it.
  { purposes: ['test'], kind: 'file', name: '/etc/protocols', packages: ['netbase'] },
  { purposes: ['test'], kind: 'program', name: 'strace', packages: ['strace'] },
  {
    purposes: ['test'],
    kind: 'program',
    name: 'qemu-system-x86_64',
    packages: ['qemu-system-x86'],
  },
  { purposes: ['test'], kind: 'program', name: 'xz', packages: ['xz-utils'] },
  { purposes: ['test'], kind: 'program', name: 'dbus-daemon', packages: ['dbus-daemon', 'dbus'] },
  { purposes: ['test'], kind: 'program', name: 'pkcheck', packages: ['polkitd', 'policykit-1'] },
  { purposes: ['test'], kind: 'program', name: 'pkexec', packages: ['pkexec', 'policykit-1'] },
  {
    purposes: ['test'],
    kind: 'file',
    name: '/usr/include/polkit-1/polkitagent/polkitagent.h',
    packages: ['libpolkit-agent-1-dev'],
  },
  { purposes: ['test'], kind: 'program', name: 'pkg-config', packages: ['pkgconf', 'pkg-config'] },
  // The graphical prompts of polkit, answered by keyboard. A release may have the second alone.
  {
    purposes: ['test'],
    kind: 'file',
    name: '/usr/lib/policykit-1-gnome/polkit-gnome-authentication-agent-1',
    or: '/usr/libexec/polkit-mate-authentication-agent-1',
    packages: ['policykit-1-gnome', 'mate-polkit'],
  },
  { purposes: ['test'], kind: 'program', name: 'xdotool', packages: ['xdotool'] },
  { purposes: ['test'], kind: 'program', name: 'zsh', packages: ['zsh'] },
  { purposes: ['test'], kind: 'program', name: 'fish', packages: ['fish'] },
  { purposes: ['test'], kind: 'program', name: 'lintian', packages: ['lintian'] },
  { purposes: ['test'], kind: 'program', name: 'capsh', packages: ['libcap2-bin'] },
  {
    purposes: ['test'],
    kind: 'library',
    name: 'libauparse.so.0',
    packages: ['libauparse0t64', 'libauparse0'],
  },
  { purposes: ['package'], kind: 'program', name: 'dpkg-deb', packages: ['dpkg'] },
]
