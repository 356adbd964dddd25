/** The checks of stored objects in an excluded kernel: they do nothing. */

import { namesOf, tableOf } from '../../contract/records';
import { NO_ANSWERS, QUESTIONS } from '../../contract/storedObjects';
import type { IObjectChecks, IObjectChecksState } from '../../tokens';

/** The state before the first request. */
export const NOTHING_KNOWN: IObjectChecksState = {
  underWay: null,
  queued: false,
  failed: null,
  auditRows: null,
  auditFolders: null,
  reencryptionFiles: null,
  ...NO_ANSWERS
};

/** A signal of the checks that is never emitted. */
const SILENT = { connect: () => false, disconnect: () => false };
const nothing = (): void => undefined;

/** Checks in which every question does nothing. */
export const NO_OBJECT_CHECKS: IObjectChecks = {
  ...tableOf(namesOf(QUESTIONS), () => () => Promise.resolve()),
  state: NOTHING_KNOWN,
  changed: SILENT,
  mismatched: SILENT,
  checks: 'off',
  armed: false,
  cancel: nothing,
  ran: nothing
};
