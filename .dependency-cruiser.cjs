/**
 * Which room may import which, and no circle of files: imports of types, lazy imports
 * and imports of a folder included. What is not allowed here is an error, so a new room
 * or a new package needs a line. docs/architecture.md draws the rooms.
 */

/** What each room, or file beside the rooms, may import: rooms and packages. */
const ROOMS = {
  contract: [],
  encryption: ['contract'],
  'cluster/documents': ['contract', 'encryption'],
  kernel: [
    ...['contract', 'encryption'],
    ...['@jupyterlab/apputils', '@jupyterlab/services', '@lumino/*']
  ],
  session: [
    ...['contract', 'encryption', 'kernel', 'tokens.ts'],
    ...['@jupyterlab/apputils', '@jupyterlab/services', '@lumino/*']
  ],
  preferences: [
    ...['contract', 'encryption', 'tokens.ts'],
    ...['@jupyterlab/services', '@jupyterlab/settingregistry', '@lumino/*']
  ],
  shell: [
    ...['contract', 'tokens.ts'],
    ...['@jupyterlab/application', '@jupyterlab/apputils'],
    ...['@jupyterlab/translation', '@lumino/widgets']
  ],
  panel: [
    ...['contract', 'encryption', 'shell'],
    ...['tokens.ts', 'i18n.ts', 'icons.ts'],
    ...['@jupyterlab/translation', '@jupyterlab/ui-components'],
    ...['@lumino/messaging', '@lumino/signaling', 'react']
  ],
  'cluster/page': [
    ...[
      'contract',
      'encryption',
      'cluster/documents',
      'panel',
      'i18n.ts',
      'icons.ts'
    ],
    ...['@jupyterlab/translation', '@jupyterlab/ui-components', 'react'],
    'fflate'
  ],
  documentation: [
    ...['icons.ts'],
    ...['@jupyterlab/rendermime', '@jupyterlab/translation', '@lumino/widgets']
  ],
  // What talks to a kernel is a session, what makes documents is their page.
  plugins: [
    ...['contract', 'encryption', 'session', 'preferences', 'shell', 'panel'],
    ...['cluster/page', 'documentation', 'tokens.ts', 'i18n.ts', 'icons.ts'],
    ...['@jupyterlab/*', '@lumino/*', 'react']
  ],
  'index.ts': ['plugins', 'tokens.ts', '@jupyterlab/application'],
  'tokens.ts': ['contract', 'encryption', '@lumino/*'],
  'i18n.ts': ['@jupyterlab/translation', 'react'],
  'icons.ts': ['@jupyterlab/ui-components']
};

const of = name => (name.endsWith('.ts') ? `^src/${name}$` : `^src/${name}/`);
const to = name =>
  Object.hasOwn(ROOMS, name)
    ? of(name)
    : `node_modules/${name.replace('*', '[^/]+')}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Files that import each other cannot be read one by one.',
      from: {},
      to: { circular: true }
    }
  ],
  allowedSeverity: 'error',
  allowed: Object.entries(ROOMS).map(([room, others]) => ({
    from: { path: of(room) },
    to: { path: [of(room), ...others.map(to)] }
  })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '__tests__|\\.css$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' }
  }
};
