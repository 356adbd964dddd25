/**
 * The commands about stored objects. They open a page of the panel; only the
 * check of own writes sends something before a button is pressed there. Must
 * not know of kernels or of React.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { can } from '../encryption/lifecycle';
import type { ObjectRequest, IEncryptionTracker } from '../tokens';
import { CommandIDs } from './commandIds';

interface IPageCommand {
  id: string;
  page: ObjectRequest;
  label: string;
  caption: string;
  /** The arguments: at most one, the text to fill in. */
  properties: Readonly<Record<string, { type: 'string'; description: string }>>;
}

export function addProofCommands(
  registry: CommandRegistry,
  tracker: IEncryptionTracker,
  trans: TranslationBundle,
  openPanel: () => void
): void {
  const pages: IPageCommand[] = [
    {
      id: CommandIDs.canary,
      page: 'canary',
      label: trans.__('Write canary…'),
      caption: trans.__(
        'Open the page that writes a tiny object from every executor and reads its header back'
      ),
      properties: {
        location: {
          type: 'string',
          description: 'The location to fill in, such as s3://bucket/prefix'
        }
      }
    },
    {
      id: CommandIDs.audit,
      page: 'audit',
      label: trans.__('Audit path…'),
      caption: trans.__(
        'Open the page that shows how stored objects are encrypted'
      ),
      properties: {
        path: {
          type: 'string',
          description: 'The path to fill in, such as s3://bucket/prefix'
        }
      }
    },
    {
      id: CommandIDs.checkWrites,
      page: 'writes',
      label: trans.__('Check my writes'),
      caption: trans.__(
        'Compare what this notebook wrote with the choice in force'
      ),
      properties: {}
    }
  ];
  for (const { id, page, label, caption, properties } of pages) {
    registry.addCommand(id, {
      label,
      caption,
      isEnabled: () => {
        const session = tracker.current;
        const objectChecks = session?.objectChecks;
        return (
          objectChecks !== undefined &&
          (page === 'audit'
            ? session !== null && can(session.state, 'verify')
            : objectChecks.armed &&
              (page === 'canary' || objectChecks.checks !== 'off'))
        );
      },
      describedBy: { args: { type: 'object', properties } },
      execute: async args => {
        const objectChecks = tracker.current?.objectChecks;
        const [text] = Object.keys(properties).map(name => args[name]);
        objectChecks?.open(page, typeof text === 'string' ? text : '');
        openPanel();
        if (page === 'writes') {
          await objectChecks?.checkWrites();
        }
      }
    });
  }
}
