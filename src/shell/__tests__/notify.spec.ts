/** Texts of notifications, which JupyterLab cuts after 140 characters. */

import { Dialog, Notification } from '@jupyterlab/apputils';

import { fitted, showError } from '../notify';

const LONG = `${'a-notebook-about-'.repeat(9)}revenue.ipynb`;

it('a long name loses its middle, and nothing else is cut', () => {
  const say = (document: string): string =>
    `The kernel of ${document} no longer holds SSE-KMS: it was cleared by another page, or code in a cell.`;
  const text = fitted(say, LONG);
  expect(text.length).toBeLessThanOrEqual(140);
  expect(text).toMatch(
    /^The kernel of a-notebook.*….*revenue\.ipynb no longer/
  );
  expect(text).toMatch(/code in a cell\.$/);
  expect(fitted(say, 'a.ipynb')).toBe(say('a.ipynb'));
});

it('whole sentences are left out if that is not enough', () => {
  const text = fitted(
    () => `Cells of a.ipynb were not run. ${'Why it is so. '.repeat(20)}`
  );
  expect(text.length).toBeLessThanOrEqual(140);
  expect(text).toMatch(/^Cells of a\.ipynb were not run\. Why it is so\./);
  expect(text).toMatch(/so\.$/);
});

it('an error that does not fit can be read whole', () => {
  const notify = jest.spyOn(Notification, 'error').mockReturnValue('id');
  const launch = jest
    .spyOn(Dialog.prototype, 'launch')
    .mockResolvedValue({} as never);
  showError('Short.');
  expect(notify).toHaveBeenLastCalledWith('Short.', { autoClose: false });
  showError(new Error(`It is so. ${'Because of this. '.repeat(20)}`));
  const [, options] = notify.mock.calls[1]!;
  options!.actions![0]!.callback({} as MouseEvent);
  expect(launch).toHaveBeenCalledTimes(1);
  jest.restoreAllMocks();
});
