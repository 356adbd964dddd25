/** Opens the documentation, which comes with the extension. */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../../i18n';
import { MENU_COMMANDS } from '../../shell/commandIds';
import { OnePage } from './onePage';

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
    const shown = new OnePage(
      app.shell,
      labShell,
      {
        id: 's3-encryption-documentation',
        title: trans.__('Documentation'),
        focus: '.jp-S3Encryption-docsPage',
        make: async () => {
          const loaded = await import('../../documentation/widget');
          return new loaded.DocumentationWidget(renderers, trans);
        }
      },
      trans
    );
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
      execute: ({ page, section }) => {
        const place = {
          ...(typeof page === 'string' ? { page } : {}),
          ...(typeof section === 'string' ? { section } : {})
        };
        return shown.show(widget => widget.open(place));
      }
    });
    palette?.addItem({
      command: MENU_COMMANDS.documentation,
      category: trans.__('S3 Encryption'),
      args: { isPalette: true }
    });
  }
};
