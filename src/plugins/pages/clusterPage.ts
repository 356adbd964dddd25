/** The page with the cluster-wide documents, which follows the notebook in front until it is closed. */

import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ClusterWidget } from '../../cluster/page/widget';
import { bucketOf } from '../../encryption/location';
import { download } from '../../shell/download';
import type { IEncryptionTracker } from '../../tokens';

export function clusterPage(
  tracker: IEncryptionTracker,
  trans: TranslationBundle
): ClusterWidget {
  let session = tracker.current;
  const page = new ClusterWidget(
    {
      profile: session?.profile ?? null,
      written: bucketOf(
        session?.objectChecks.state.writes?.paths[0]?.path ?? ''
      ),
      onCopy: text => {
        Clipboard.copyToSystem(text);
      },
      onDownload: download
    },
    trans
  );
  const update = (): void => {
    page.setProfile(session?.profile ?? null);
  };
  const follow = (): void => {
    // Without a notebook the page keeps what it has.
    if (tracker.current !== null) {
      session?.stateChanged.disconnect(update);
      session = tracker.current;
      session.stateChanged.connect(update);
      update();
    }
  };
  session?.stateChanged.connect(update);
  tracker.currentChanged.connect(follow);
  page.disposed.connect(() => {
    session?.stateChanged.disconnect(update);
    tracker.currentChanged.disconnect(follow);
  });
  return page;
}
