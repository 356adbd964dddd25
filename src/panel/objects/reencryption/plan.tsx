/** What a re-encryption would do, and the button that begins it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type {
  IPlannedChanges,
  IReencryptionPlan
} from '../../../contract/storedObjects';
import { useTrans } from '../../../i18n';
import { Button, Section } from '../../ui/parts';
import { formatCount, formatSize } from '../parts';

type Way = IPlannedChanges['ways'][number];

export function Plan(props: {
  plan: IReencryptionPlan;
  changes: IPlannedChanges;
  /** Why it cannot be carried out now; null if it can. */
  disabled: string | null;
  onRun: () => void;
  onCancel: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { plan, changes } = props;
  const { otherwise } = plan;
  const changing = countOf(changes.ways);
  return (
    <section
      className="jp-S3Encryption-plan"
      aria-label={trans.__('Plan of the re-encryption')}
    >
      <p aria-live="polite">
        <strong>
          {trans._n(
            '%2 of %3 objects under %4 would be re-encrypted to %5.',
            '%2 of %3 objects under %4 would be re-encrypted to %5.',
            changing,
            formatCount(changing),
            formatCount(plan.seen),
            plan.path,
            plan.target
          )}
        </strong>{' '}
        {trans.__('%1 have it already.', formatCount(plan.wanted))}{' '}
        {trans.__('Nothing has been changed so far.')}
      </p>
      <Changes changes={changes} />
      {otherwise && (
        <Section
          minor
          title={trans.__('If the store does not know UpdateObjectEncryption')}
        >
          <Changes changes={otherwise} />
        </Section>
      )}
      {plan.notes.length > 0 && (
        <ul
          className="jp-S3Encryption-objects"
          aria-label={trans.__('Good to know before the run')}
        >
          {plan.notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className="jp-S3Encryption-buttons">
        {changing > 0 && (
          <Button disabled={props.disabled} onClick={props.onRun}>
            {trans._n(
              'Re-encrypt %2 object',
              'Re-encrypt %2 objects',
              changing,
              formatCount(changing)
            )}
          </Button>
        )}
        <Button onClick={props.onCancel}>
          {changing > 0 ? trans.__('Cancel') : trans.__('Close')}
        </Button>
      </div>
    </section>
  );
}

/** How many objects there are in all of these. */
export function countOf(
  groups: readonly { readonly objects: number }[]
): number {
  return groups.reduce((sum, { objects }) => sum + objects, 0);
}

/** The ways, what they cost, and what cannot be changed. */
function Changes(props: { changes: IPlannedChanges }): React.JSX.Element {
  const trans = useTrans();
  const { ways, obstacles, cost } = props.changes;
  const refused = countOf(obstacles);
  return (
    <>
      <ul
        className="jp-S3Encryption-objects"
        aria-label={trans.__('How objects are changed')}
      >
        {ways.map(way => (
          <li key={way.way}>{wayWords(way, trans)}</li>
        ))}
        <li>
          {trans.__(
            '%1 PUT or COPY, %2 GET or HEAD and at most %3 KMS requests; %4 copied inside S3. List price in US East (N. Virginia): %5.',
            formatCount(cost.puts),
            formatCount(cost.gets),
            formatCount(cost.kms),
            formatSize(cost.copied),
            formatPrice(cost.dollars)
          )}
        </li>
      </ul>
      {refused > 0 && (
        <Reasons
          title={trans._n(
            '%2 object cannot be changed',
            '%2 objects cannot be changed',
            refused,
            formatCount(refused)
          )}
          reasons={obstacles}
        />
      )}
    </>
  );
}

/** Objects by the reason of something, folded; of each the first names. */
export function Reasons(props: {
  title: string;
  reasons: readonly {
    readonly reason: string | null;
    readonly objects: number;
    readonly first: readonly string[];
  }[];
}): React.JSX.Element {
  const trans = useTrans();
  return (
    <Section minor title={props.title}>
      <ul className="jp-S3Encryption-objects" aria-label={props.title}>
        {props.reasons.map(({ reason, objects, first }) => (
          <li key={reason}>
            {trans._n(
              '%2 object.',
              '%2 objects.',
              objects,
              formatCount(objects)
            )}{' '}
            {reason}
            {first.map(path => (
              <div key={path}>
                <code>{path}</code>
              </div>
            ))}
            {objects > first.length && (
              <small>
                {trans.__('and %1 more', formatCount(objects - first.length))}
              </small>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function wayWords(
  { way, objects, bytes }: Way,
  trans: TranslationBundle
): string {
  const count = formatCount(objects);
  const size = formatSize(bytes);
  switch (way) {
    case 'update':
      return trans._n(
        '%2 object (%3) by UpdateObjectEncryption: nothing is copied.',
        '%2 objects (%3) by UpdateObjectEncryption: nothing is copied.',
        objects,
        count,
        size
      );
    case 'copy':
      return trans._n(
        '%2 object (%3) by a copy onto itself.',
        '%2 objects (%3) by a copy onto themselves.',
        objects,
        count,
        size
      );
    case 'multipart':
      return trans._n(
        '%2 object (%3) by a copy in parts.',
        '%2 objects (%3) by a copy in parts.',
        objects,
        count,
        size
      );
  }
}

function formatPrice(dollars: number): string {
  return dollars.toLocaleString(undefined, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: dollars < 1 ? 4 : 2
  });
}
