/** Gives every component of the panel its translations. */

import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** The name under which translations of this extension are stored. */
export const DOMAIN = 'jupyterlab_s3_encryption';

export const TransContext: React.Context<TranslationBundle> =
  React.createContext(nullTranslator.load(DOMAIN));

/** The translations; English outside of a panel. */
export function useTrans(): TranslationBundle {
  return React.useContext(TransContext);
}
