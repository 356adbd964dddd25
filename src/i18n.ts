/** Hands the translated strings to every component of the panel. */

import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** The name under which translations of this extension are stored. */
export const DOMAIN = 'jupyterlab_s3_encryption';

export const TransContext: React.Context<TranslationBundle> =
  React.createContext(nullTranslator.load(DOMAIN));

/** The translations; outside of a panel the English originals. */
export function useTrans(): TranslationBundle {
  return React.useContext(TransContext);
}
