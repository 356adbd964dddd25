/**
 * Opens the documentation, which comes with the extension: in the main area, or in a
 * dialog in Notebook 7, whose main area has room for one widget only.
 */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { DocumentationWidget } from '../../documentation/widget';
import { DOMAIN } from '../../i18n';
import { MENU_COMMANDS } from '../../shell/commandIds';

const ID = 's3-encryption-documentation';

export const documentation: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:documentation',
  description: 'Shows the documentation of S3 Encryption, also offline.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    renderers: IRenderMimeRegistry,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    let open: MainAreaWidget<DocumentationWidget> | null = null;
    const content = async (): Promise<DocumentationWidget> => {
      const loaded = await import('../../documentation/widget');
      return new loaded.DocumentationWidget(renderers, trans);
    };
    app.commands.addCommand(MENU_COMMANDS.documentation, {
      label: args =>
        args.isPalette
          ? trans.__('S3 Encryption Documentation')
          : trans.__('Documentation'),
      caption: trans.__('Read what comes with the extension, also offline'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            page: {
              type: 'string',
              description: trans.__('The page, such as findings.md')
            },
            section: {
              type: 'string',
              description: trans.__('The section, such as bucket-override')
            }
          }
        }
      },
      execute: async ({ page, section }) => {
        const place = {
          ...(typeof page === 'string' ? { page } : {}),
          ...(typeof section === 'string' ? { section } : {})
        };
        if (labShell === null) {
          const body = await content();
          void body.open(place);
          await new Dialog({
            title: trans.__('Documentation'),
            body,
            buttons: [Dialog.okButton({ label: trans.__('Close') })],
            defaultButton: 0,
            focusNodeSelector: '.jp-S3Encryption-docsPage'
          }).launch();
          return;
        }
        if (open === null || open.isDisposed) {
          open = new MainAreaWidget({ content: await content() });
          open.id = ID;
          // It is empty.
          open.toolbar.hide();
          app.shell.add(open, 'main');
        }
        app.shell.activateById(ID);
        await open.content.open(place);
      }
    });
    palette?.addItem({
      command: MENU_COMMANDS.documentation,
      category: trans.__('S3 Encryption'),
      args: { isPalette: true }
    });
  }
};
