/**
 * A page of ours that is open once: in the main area, or in a dialog in Notebook 7,
 * whose main area has room for one widget only.
 */

import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

/** What a page is. */
export interface IPageKind<T extends Widget> {
  readonly id: string;
  /** Of the dialog. */
  readonly title: string;
  /** Selects what has the focus in the dialog. */
  readonly focus?: string;
  make(): Promise<T>;
}

export class OnePage<T extends Widget> {
  /** @param labShell - null: a dialog */
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _labShell: ILabShell | null,
    private readonly _kind: IPageKind<T>,
    private readonly _trans: TranslationBundle
  ) {}

  /** Shows the page, and lets it go to a place; resolves once it is there, or a dialog is closed. */
  async show(go: (page: T) => Promise<void> | void): Promise<void> {
    const { id, title, focus, make } = this._kind;
    if (this._labShell === null) {
      const body = await make();
      void go(body);
      await new Dialog({
        title,
        body,
        buttons: [Dialog.okButton({ label: this._trans.__('Close') })],
        defaultButton: 0,
        ...(focus === undefined ? {} : { focusNodeSelector: focus })
      }).launch();
      return;
    }
    // What is still loaded for one press is there for the next.
    this._open ??= this._add();
    const page = await this._open;
    this._shell.activateById(id);
    await go(page.content);
  }

  private async _add(): Promise<MainAreaWidget<T>> {
    try {
      const page = new MainAreaWidget({ content: await this._kind.make() });
      page.id = this._kind.id;
      // It is empty.
      page.toolbar.hide();
      page.disposed.connect(() => {
        this._open = null;
      });
      this._shell.add(page, 'main');
      return page;
    } catch (error) {
      this._open = null;
      throw error;
    }
  }

  private _open: Promise<MainAreaWidget<T>> | null = null;
}
