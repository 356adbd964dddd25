/** The list of plugins, nothing else. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commands } from './plugins/commands';
import { notifications } from './plugins/notifications';
import { panel } from './plugins/panel';
import { preferences } from './plugins/preferences';
import { runGuard } from './plugins/runGuard';
import { statusItem } from './plugins/statusItem';
import { toolbarButton } from './plugins/toolbarButton';
import { tracker } from './plugins/tracker';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  preferences,
  tracker,
  panel,
  commands,
  toolbarButton,
  statusItem,
  runGuard,
  notifications
];

export default plugins;
