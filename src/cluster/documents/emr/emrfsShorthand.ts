/**
 * EMR: the `--emrfs` option of `aws emr create-cluster` for old releases. Pure.
 *
 * Source: AWS CLI reference, emr create-cluster; the tests run the CLI's own
 * parser (awscli.customizations.emr.emrfsutils).
 */

import {
  encryptsInClient,
  isLeftToBucket
} from '../../../encryption/profile/profile';
import { defaultConnector, omitted, properties } from './emrProperties';
import { commaProblem, quote } from '../inputs/shell';
import type { IContext, IPart } from '../model';

/** The `--emrfs` shorthand of releases from before security configurations. */
export function emrfsShorthand(context: IContext): IPart {
  const { trans } = context;
  const id = 'emr-emrfs-shorthand';
  const refuse = (reason: string): IPart => ({
    documents: [],
    omitted: [omitted(id, 'method', reason)]
  });
  if (defaultConnector(context.release) === 's3a') {
    return {
      documents: [],
      omitted: [
        omitted(
          id,
          'releaseLabel',
          trans.__(
            'The shorthand configures EMRFS, which is no longer the default since 7.10.0.'
          )
        )
      ]
    };
  }
  const found = properties(context, 'emrfs');
  if ('reason' in found) {
    return refuse(found.reason);
  }
  const { key, method } = context.base;
  const custom = context.options.customProvider;
  let words: string[];
  if (custom) {
    words = [
      'Encryption=ClientSide',
      'ProviderType=Custom',
      `CustomProviderLocation=${custom.location}`,
      `CustomProviderClass=${custom.className}`
    ];
  } else if (encryptsInClient(method)) {
    words = [
      'Encryption=ClientSide',
      'ProviderType=KMS',
      `KMSKeyId=${key ?? ''}`
    ];
  } else if (isLeftToBucket(method)) {
    return refuse(trans.__('Bucket default sets no property.'));
  } else {
    words = ['Encryption=ServerSide'];
  }
  // What the shorthand has no word for goes through Args.
  const covered = new Set([
    'fs.s3.enableServerSideEncryption',
    'fs.s3.cse.enabled',
    'fs.s3.cse.encryptionMaterialsProvider',
    'fs.s3.cse.encryptionMaterialsProvider.uri',
    'fs.s3.cse.kms.keyId'
  ]);
  const rest = Object.entries(found.set)
    .filter(([name]) => !covered.has(name))
    .map(([name, value]) => `${name}=${value}`);
  const split = [...words, ...rest]
    .map(word => commaProblem(word, trans))
    .find(problem => problem !== null);
  if (split !== undefined) {
    return refuse(split);
  }
  if (rest.length > 0) {
    words.push(`Args=[${rest.join(',')}]`);
  }
  return {
    documents: [
      {
        id,
        title: trans.__('EMR, old releases: --emrfs shorthand'),
        service: 'emr',
        format: 'shell',
        text: `--emrfs ${quote(words.join(','))}\n`,
        notes: [
          trans.__(
            'One option of `aws emr create-cluster`, for releases before 4.8.0, which have no security configurations. Leave it out if you pass a security configuration.'
          )
        ]
      }
    ],
    omitted: []
  };
}
