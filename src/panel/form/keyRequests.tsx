/** What the session's own writes come to in requests to KMS, with the choice in the form. */

import * as React from 'react';

import { METHOD, type Method } from '../../contract/profile';
import type { IWrittenPath } from '../../contract/storedObjects';
import {
  objectsOfBusiestHour,
  withBucketKey
} from '../../encryption/kmsRequests';
import { bucketOf } from '../../encryption/location';
import { takesKmsKey } from '../../encryption/profile/profile';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';
import type { IDraft, IRule } from './draft';

const NOTHING: readonly IWrittenPath[] = [];

/** The method that a draft has for a path: that of its bucket's rule, or the profile's. */
function methodAt(
  path: string,
  method: Method | null,
  rules: readonly IRule[]
): Method | null {
  const bucket = bucketOf(path);
  return rules.find(rule => rule.bucket.trim() === bucket)?.method ?? method;
}

/** One sentence for all keys of the form; nothing if no write is known that takes one. */
export function KeyRequests(props: {
  draft: Pick<IDraft, 'method' | 'rules'>;
  paths: readonly IWrittenPath[] | undefined;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { paths = NOTHING } = props;
  const { method, rules } = props.draft;
  // The text fields of the form draw it again at each key press.
  const { objects, keyless } = React.useMemo(() => {
    const taken = paths
      .map(path => ({ path, method: methodAt(path.path, method, rules) }))
      .filter(one => one.method !== null && takesKmsKey(one.method));
    return {
      objects: objectsOfBusiestHour(taken.map(({ path }) => path)),
      keyless: taken.find(
        one => one.method !== null && !METHOD[one.method].bucketKey
      )?.method
    };
  }, [paths, method, rules]);
  if (objects === null) {
    return null;
  }
  const most = objects.toLocaleString();
  return (
    <p className="jp-S3Encryption-note">
      {keyless
        ? trans.__(
            'Of what this session wrote in its busiest hour, this choice encrypts at least %1 objects with KMS keys: as many requests to KMS, for %2 has no bucket keys.',
            most,
            methodName(keyless, trans)
          )
        : trans.__(
            'Of what this session wrote in its busiest hour, this choice encrypts at least %1 objects with KMS keys: as many requests to KMS without S3 Bucket Keys, down to %2 with them.',
            most,
            withBucketKey(objects).toLocaleString()
          )}{' '}
      {trans.__(
        '10,000 requests cost about 0.03 USD; all of the account share 10,000 a second or more, by Region.'
      )}
    </p>
  );
}
