/** Finds widgets of this extension in the shell. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

/** Is the widget of this id open in one of the sidebars? */
export function isVisibleInSidebar(
  { shell }: JupyterFrontEnd,
  id: string
): boolean {
  return ['left', 'right'].some(area =>
    [...shell.widgets(area)].some(
      widget => widget.id === id && widget.isVisible
    )
  );
}
