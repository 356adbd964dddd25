/** Folded details of the kernel: its settings with their origin, and the open file systems. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { shortKey } from '../../encryption/profile/keys';
import type { IFileSystemInfo, IReport, ISetting } from '../../contract/report';
import { warnIcon } from '../../icons';
import { Icon, Section } from '../ui/parts';
import { useTrans } from '../../i18n';
import { originName } from '../ui/words';

/** The settings that are there, or should be. */
function shownSettings(report: IReport): ISetting[] {
  return report.settings.filter(
    ({ value, wanted, ok }) => value !== null || wanted !== null || !ok
  );
}

export function KernelSettings(props: { report: IReport }): React.JSX.Element {
  const trans = useTrans();
  const settings = shownSettings(props.report);
  const text = (value: string | null): string =>
    value === null
      ? trans.__('not set')
      : value === ''
        ? trans.__('empty (off)')
        : value;
  return (
    <Section title={trans.__('Settings in this kernel (%1)', settings.length)}>
      {settings.length === 0 ? (
        <p className="jp-S3Encryption-note">
          {trans.__('Spark has no encryption settings for S3.')}
        </p>
      ) : (
        <table className="jp-S3Encryption-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Setting and value')}</th>
              <th scope="col">{trans.__('From')}</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ key, value, wanted, origin, ok }) => (
              <tr key={key}>
                <td>
                  <code>{key}</code>
                  <span className="jp-S3Encryption-value">{text(value)}</span>
                  {!ok && (
                    <span className="jp-S3Encryption-mismatch jp-mod-warning">
                      <Icon icon={warnIcon} />
                      {trans.__('expected: %1', text(wanted))}
                    </span>
                  )}
                </td>
                <td>{originName(origin, trans)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function staleWord(
  { stale }: IFileSystemInfo,
  trans: TranslationBundle
): string {
  return stale === null
    ? trans.__('not known')
    : stale
      ? trans.__('older settings')
      : trans.__('current settings');
}

export function FileSystems(props: {
  fileSystems: readonly IFileSystemInfo[];
}): React.JSX.Element | null {
  const trans = useTrans();
  const { fileSystems } = props;
  return fileSystems.length === 0 ? null : (
    <Section title={trans.__('Open file systems (%1)', fileSystems.length)}>
      <table className="jp-S3Encryption-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('File system')}</th>
            <th scope="col">{trans.__('Uses')}</th>
          </tr>
        </thead>
        <tbody>
          {fileSystems.map(item => (
            <tr key={item.uri}>
              <td>
                <code>{item.uri}</code>
                <span className="jp-S3Encryption-value">
                  {item.algorithm === null
                    ? trans.__('not known')
                    : item.algorithm === ''
                      ? trans.__('no encryption header')
                      : item.algorithm}
                  {item.keyId ? `, ${shortKey(item.keyId)}` : ''}
                </span>
              </td>
              <td className={item.stale === true ? 'jp-mod-warning' : ''}>
                {item.stale === true && <Icon icon={warnIcon} />}
                {staleWord(item, trans)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
