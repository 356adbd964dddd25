/**
 * Explains the errors below cells whose cause is known. It only reads outputs:
 * nothing is sent to the kernel, and the rules are loaded with the first error.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { IOutput } from '@jupyterlab/nbformat';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IDiagnosis } from '../encryption/diagnosis';
import type { ITranslate } from '../contract/messages';
import { kmsKeyOf } from '../contract/profile';
import { isList, isObject, textsOf } from '../contract/shape';
import { DOMAIN } from '../i18n';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';

/** The cause of the last error of a notebook, if it is known. */
export interface IDiagnoses {
  of(session: IEncryptionSession): IDiagnosis | null;
  /** The cell whose error it is; null if it is that of a request of ours. */
  cellOf(session: IEncryptionSession): object | null;
  /** The user has read it. */
  dismiss(session: IEncryptionSession): void;
  readonly changed: ISignal<IDiagnoses, IEncryptionSession>;
}

export const IDiagnoses = new Token<IDiagnoses>(
  'jupyterlab-s3-encryption:IDiagnoses',
  'Explains the last error of a notebook.'
);

/**
 * Exceptions of sparkmagic that only say that there was an error: its text is on
 * stderr. Source: sparkmagic/livyclientlib/exceptions.py.
 */
const POINTS_TO_STDERR = /\bSparkStatement\w*Exception$/;

/** A notebook may hold anything instead; an object may not even have a text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The text of the errors among outputs; null if there is none. What a local
 * kernel logs beside an error did not stop the cell.
 */
export function errorText(outputs: readonly IOutput[]): string | null {
  const errors: string[] = [];
  const logged: string[] = [];
  let elsewhere = false;
  for (const output of outputs) {
    if (output.output_type === 'error') {
      const { ename, evalue, traceback } = output;
      const last = `${textOf(ename)}: ${textOf(evalue)}`;
      errors.push([...textsOf(traceback), last].join('\n'));
      elsewhere ||= POINTS_TO_STDERR.test(textOf(ename));
    } else if (output.output_type === 'stream' && output.name === 'stderr') {
      // A remote kernel (sparkmagic) reports errors there.
      const { text } = output;
      logged.push(typeof text === 'string' ? text : textsOf(text).join(''));
    }
  }
  const texts =
    errors.length === 0 || elsewhere ? [...logged, ...errors] : errors;
  return texts.length === 0 ? null : texts.join('\n');
}

/** The part of a cell that is needed here. */
interface ICell {
  readonly model: { toJSON(): unknown };
}

interface IKept {
  readonly cell: object | null;
  readonly diagnosis: IDiagnosis;
}

export class Diagnoses implements IDiagnoses {
  constructor(private readonly _trans: ITranslate) {}

  readonly changed = new Signal<this, IEncryptionSession>(this);

  of(session: IEncryptionSession): IDiagnosis | null {
    return this._kept.get(session)?.diagnosis ?? null;
  }

  cellOf(session: IEncryptionSession): object | null {
    return this._kept.get(session)?.cell ?? null;
  }

  dismiss(session: IEncryptionSession): void {
    if (this._kept.delete(session)) {
      this.changed.emit(session);
    }
  }

  /**
   * A cell has run, or a request has failed.
   *
   * @param source - the cell; null for a request of this extension
   * @param text - its errors; null if there are none
   */
  async explain(
    session: IEncryptionSession,
    source: object | null,
    text: string | null
  ): Promise<void> {
    if (text === null) {
      // The error of another cell stays until that cell runs again.
      if (this._kept.get(session)?.cell === source) {
        this.dismiss(session);
      }
      return;
    }
    const { diagnose } = await import('../encryption/diagnosis');
    const { profile } = session;
    const kmsKeyId = profile === null ? undefined : kmsKeyOf(profile);
    const diagnosis = diagnose(text, { kmsKeyId, profile }, this._trans);
    if (session.isDisposed) {
      return;
    }
    if (diagnosis === null) {
      // Otherwise the explanation of an older error would be taken for that of this one.
      this.dismiss(session);
    } else {
      this._kept.set(session, { cell: source, diagnosis });
      this.changed.emit(session);
    }
  }

  private readonly _kept = new WeakMap<IEncryptionSession, IKept>();
}

function isOutput(value: unknown): value is IOutput {
  return isObject(value) && typeof value.output_type === 'string';
}

/** The outputs of a code cell as plain data; none for any other cell. */
function outputsOf(cell: ICell): IOutput[] {
  const json = cell.model.toJSON();
  const outputs = isObject(json) && isList(json.outputs) ? json.outputs : [];
  return outputs.filter(isOutput);
}

export const diagnosis: JupyterFrontEndPlugin<IDiagnoses> = {
  id: 'jupyterlab-s3-encryption:diagnosis',
  description: 'Explains errors of S3 and KMS below cells.',
  autoStart: true,
  provides: IDiagnoses,
  requires: [INotebookTracker, IEncryptionTracker],
  optional: [ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    tracker: IEncryptionTracker,
    translator: ITranslator | null
  ): IDiagnoses => {
    const result = new Diagnoses((translator ?? nullTranslator).load(DOMAIN));
    const explain = (
      session: IEncryptionSession,
      source: object | null,
      text: string | null
    ): void => {
      result.explain(session, source, text).catch((reason: unknown) => {
        console.error('An error could not be explained.', reason);
      });
    };
    NotebookActions.executed.connect(
      (_: unknown, { notebook, cell }: { notebook: Notebook; cell: ICell }) => {
        const panel = notebooks.find(({ content }) => content === notebook);
        const session = panel ? tracker.find(panel) : null;
        if (session !== null) {
          explain(session, cell, errorText(outputsOf(cell)));
        }
      }
    );
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect((_session, state) => {
        if (state.kind === 'failed') {
          explain(session, null, state.error.message);
        }
      });
    });
    return result;
  }
};
