/** Finds widgets of this extension in the shell. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/** The widget of this id in one of the sidebars, open or not. */
export function sidebarWidget(
  { shell }: JupyterFrontEnd,
  id: string
): Widget | undefined {
  return ['left', 'right']
    .flatMap(area => [...shell.widgets(area)])
    .find(widget => widget.id === id);
}

/** Is the widget of this id open in one of the sidebars? */
export function isVisibleInSidebar(app: JupyterFrontEnd, id: string): boolean {
  return sidebarWidget(app, id)?.isVisible === true;
}
