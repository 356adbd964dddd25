/** A choice as Python: in which form, and with a line that says what it does. */

import { Dialog, InputDialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { STATES } from '../../../panel/__tests__/fixtures';
import { FakeSession } from '../../__tests__/fakes';
import { cellText, codeOf } from '../code';

const trans = nullTranslator.load('x');
// eslint-disable-next-line jupyter/require-disposable-ownership -- it has nothing to dispose
const session = new FakeSession(STATES['in effect']!);
const source = { session, connector: 'auto' } as const;

afterEach(() => {
  jest.restoreAllMocks();
});

it('a cell has the form that is chosen, and says first what it does', async () => {
  const ask = jest.spyOn(InputDialog, 'getItem');
  ask.mockImplementation(({ items }) =>
    Promise.resolve({
      value: items[0]!,
      button: Dialog.okButton(),
      isChecked: null
    })
  );
  const helper = await cellText({}, source, trans);
  expect(helper).toMatch(/^# Applies this encryption .*\nimport jupyterlab_s3/);
  expect(await cellText({ form: 'spark' }, source, trans)).toMatch(
    /^# Sets what the S3 connector reads.*\nspark\.conf\./
  );
  expect(ask).toHaveBeenCalledTimes(1);
  ask.mockResolvedValue({
    value: null,
    button: Dialog.cancelButton(),
    isChecked: null
  });
  expect(await cellText({}, source, trans)).toBeNull();
});

it('without a connector that is known nothing is asked: there is the helper only', async () => {
  const ask = jest.spyOn(InputDialog, 'getItem');
  const text = await cellText(
    { profile: { method: 'sse-s3' } },
    { session: null, connector: 'auto' },
    trans
  );
  expect(text).toContain('s3enc.apply(');
  expect(ask).not.toHaveBeenCalled();
});

it('what is copied is the lines that a user would type', () => {
  expect(codeOf({}, source, trans)).toMatch(/^spark\.conf\./);
});
