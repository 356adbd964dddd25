/** The cells of a document that is not ready, in a real ipykernel. */

import { holdCells } from '../../hold';
import { useNotebooks } from './notebooks';
import { cell, useServer } from './realKernel';

useServer();

describe('a document that is not ready', () => {
  const on = useNotebooks();

  it('has its cells dropped, also those that a slow server delivers later', async () => {
    const { context, kernel } = await on.notebook();
    await cell(kernel, 'ran = 0');
    const dropped = holdCells(context);
    // eslint-disable-next-line no-restricted-syntax -- the delay is what is tested
    await new Promise(resolve => setTimeout(resolve, 150));
    const late = kernel.requestExecute({ code: 'ran += 1' });
    expect((await late.done).content.status).toBe('aborted');
    expect(await dropped).toBe(true);
    expect((await cell(kernel, 'print(ran)')).printed).toBe('0');
  });

  it('adds nothing to counts, outputs and history', async () => {
    const { context, kernel } = await on.notebook();
    const first = await cell(kernel, 'print(len(In))');
    await holdCells(context);
    const second = await cell(kernel, 'print(len(In))');
    expect(second.count).toBe(first.count! + 1);
    expect(Number(second.printed)).toBe(Number(first.printed) + 1);
  });
});
