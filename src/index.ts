/** The list of plugins, nothing else. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { attention } from './plugins/attention';
import { cluster } from './plugins/pages/cluster';
import { commands } from './plugins/commands';
import { diagnosis } from './plugins/diagnosis';
import { documentation } from './plugins/pages/documentation';
import { menu } from './plugins/menu/menu';
import { notifications } from './plugins/notifications';
import { panel } from './plugins/panel';
import { preferences } from './plugins/preferences';
import { proposals } from './plugins/proposals';
import { runGuard } from './plugins/runGuard';
import { statusItem } from './plugins/statusItem';
import { toolbarButton } from './plugins/toolbarButton';
import { tracker } from './plugins/tracker';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  preferences,
  tracker,
  proposals,
  diagnosis,
  panel,
  commands,
  cluster,
  documentation,
  menu,
  toolbarButton,
  statusItem,
  runGuard,
  notifications,
  attention
];

export default plugins;
