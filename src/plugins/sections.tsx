/**
 * What other plugins put into the panel: above the choice what the last error
 * means, ahead of the history the way to the cluster-wide documents. Must not
 * know of kernels.
 */

import * as React from 'react';

import { ClusterSection } from '../cluster/page/section';
import { WentWrong } from '../panel/state/diagnosis';
import type { IEncryptionSession } from '../tokens';
import type { IDiagnoses } from './diagnosis';

/** What is behind the last error; null where none is known. */
export function wentWrong(
  session: IEncryptionSession,
  diagnoses: IDiagnoses | null,
  onCopy: (text: string) => void
): React.JSX.Element | null {
  const diagnosis = diagnoses?.of(session) ?? null;
  return diagnoses && diagnosis ? (
    <WentWrong
      diagnosis={diagnosis}
      onCopy={onCopy}
      onDismiss={() => {
        diagnoses.dismiss(session);
      }}
    />
  ) : null;
}

/** The sections ahead of the history. */
export function moreSections(onCluster: () => void): React.JSX.Element {
  return <ClusterSection onOpen={onCluster} />;
}

/** Two parts, one below the other. */
export function both(
  first: React.ReactNode,
  second: React.ReactNode
): React.JSX.Element {
  return (
    <>
      {first}
      {second}
    </>
  );
}
