/** The pages about stored objects, what is proven, and the fixes that lead there. */

import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { writes, written } from '../../../contract/__tests__/objects';
import type { LifecycleState } from '../../../encryption/lifecycle/types';
import type { FixAction } from '../../../contract/report';
import { FakeObjectChecks } from './fakeObjectChecks';
import { KMS, report, STATES } from '../../__tests__/fixtures';
import { button, isEnabled, NOT_SET, show } from '../../__tests__/show';
import { lastRequest, open, showWith, type } from './showStored';

describe('the pages about stored objects', () => {
  it('are folded, and draw nothing before they are opened', async () => {
    await showWith(new FakeObjectChecks());
    for (const title of ['Proof', 'Your writes', 'Stored objects']) {
      const section = screen.getByText(title).closest('details')!;
      expect(section.open).toBe(false);
      expect(section.querySelector('button')).toBeNull();
    }
  });

  it('are not there if nothing can be asked', () => {
    show(STATES['in effect']!);
    expect(screen.queryByText('Stored objects')).toBeNull();
  });

  it('are opened with a text in a field that has the focus', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks);
    await open(objectChecks, 'audit', 's3a://lake/sales');
    const field = screen.getByRole('textbox', { name: 'Path' });
    expect((field as HTMLInputElement).value).toBe('s3a://lake/sales');
    expect(document.activeElement).toBe(field);
    type('Path', 's3://other');
    act(() => {
      objectChecks.become({});
    });
    expect((field as HTMLInputElement).value).toBe('s3://other');
    await open(objectChecks, 'audit', 's3a://lake/more');
    expect((field as HTMLInputElement).value).toBe('s3a://lake/more');
  });

  it('can be asked for nothing while a request is under way', async () => {
    const objectChecks = new FakeObjectChecks({ underWay: 'audit' });
    await showWith(objectChecks);
    for (const page of ['canary', 'writes', 'audit'] as const) {
      await open(objectChecks, page);
    }
    for (const name of ['Write canary', 'Check now', 'Audit']) {
      expect(isEnabled(name)).toBe(false);
      expect(button(name).title).toBe('Another request is in progress.');
    }
  });

  it('offer an audit if nothing is set, and no canary', async () => {
    const objectChecks = new FakeObjectChecks();
    objectChecks.armed = false;
    await showWith(objectChecks, NOT_SET);
    await open(objectChecks, 'canary');
    await open(objectChecks, 'audit');
    expect(isEnabled('Write canary')).toBe(false);
    expect(button('Write canary').title).toContain(
      'Apply a method in a Spark session first'
    );
    expect(isEnabled('Audit')).toBe(true);
  });
});

describe('what is proven', () => {
  const proof = {
    buckets: [
      {
        bucket: 'lake',
        time: '2026-01-02T03:04:05Z',
        objects: 4,
        by: 'canary' as const
      }
    ]
  };

  it('names its bucket, in the status and among the claims', () => {
    show({
      kind: 'proven',
      profile: KMS,
      report: report({ claim: 'proven', proof })
    });
    expect(screen.getByRole('status').textContent).toMatch(
      /^Proven for s3:\/\/lake: SSE-KMS/
    );
    const claims = screen.getByRole('list', { name: 'Claims' });
    expect(claims.textContent).toContain('Proven: yes, for s3://lake');
    expect(claims.textContent).toContain('4 canary objects');
  });

  it('is not shown if the claim is lower, whatever came back', () => {
    show({
      kind: 'in-effect',
      profile: KMS,
      report: report({ claim: 'inEffect', proof })
    });
    expect(screen.queryByText(/s3:\/\/lake/)).toBeNull();
  });
});

describe('the fixes of findings', () => {
  const finding = (action: FixAction): LifecycleState => ({
    kind: 'set',
    profile: KMS,
    report: report({
      findings: [
        {
          code: 'renewal-pending',
          severity: 'warning',
          message: 'A query is running.',
          fix: { message: 'Wait for its end.', action }
        }
      ]
    })
  });

  it('cancel a pending renewal', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks, finding('cancelRenewal'));
    await userEvent.click(button('Cancel renewal'));
    expect(objectChecks.cancelRenewal).toHaveBeenCalledTimes(1);
  });

  it('let the executors of a Connect server close their file systems', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks, finding('renew'));
    await userEvent.click(button('Renew what the server has open'));
    expect(objectChecks.renew).toHaveBeenCalledTimes(1);
  });

  it('offer that beside any other fix of a pending renewal', () => {
    show(finding('verify'), { objectChecks: new FakeObjectChecks() });
    expect(button('Check again')).toBeTruthy();
    expect(button('Cancel renewal')).toBeTruthy();
  });

  it.each([
    ['canary', 'Write canary…'],
    ['audit', 'Audit…']
  ] as const)('open the page of %s', async (action, name) => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks, finding(action));
    await userEvent.click(button(name));
    expect(lastRequest()?.page).toBe(action);
  });

  it('fill in the path that was written to, if that is known', async () => {
    const objectChecks = new FakeObjectChecks({
      writes: writes({
        paths: [written({ path: 's3a://lake/good' }), written({ other: 1 })]
      })
    });
    await showWith(objectChecks, finding('audit'));
    await userEvent.click(button('Audit…'));
    expect(lastRequest()?.text).toBe('s3a://lake/sales');
  });

  it('have no button if nothing can be asked', () => {
    show(finding('cancelRenewal'));
    expect(screen.queryByRole('button', { name: 'Cancel renewal' })).toBeNull();
  });
});
