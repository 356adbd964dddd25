/** Draws the panel with checks of stored objects, and opens its pages, for their specs. */

import { act, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { LifecycleState } from '../../../encryption/lifecycle/types';
import type { FakeObjectChecks } from './fakeObjectChecks';
import { STATES } from '../../__tests__/fixtures';
import { objectActions } from '../actions';
// Loaded with the spec: compiling it would count as waiting for the first page.
import '../pages';
import type { IObjectActions, IOpenRequest } from '../types';
import { OutsideContext, type IOutside } from '../../ui/outside';
import { choose, PanelWithDraft } from '../../__tests__/show';

let request: IOpenRequest | null = null;
let openPage: IObjectActions['onOpenPage'] = () => undefined;

/** The page that was asked for last, in the panel that was drawn last. */
export function lastRequest(): IOpenRequest | null {
  return request;
}

/** Draws the panel, and again with each change of the checks. */
export async function showWith(
  objectChecks: FakeObjectChecks,
  state: LifecycleState = STATES['in effect']!,
  more: Partial<React.ComponentProps<typeof PanelWithDraft>> = {},
  outside: IOutside | null = null
): Promise<void> {
  const Living = (): React.JSX.Element => {
    const pending = React.useRef<IOpenRequest | null>(null);
    const [, draw] = React.useReducer((n: number) => n + 1, 0);
    React.useEffect(() => {
      objectChecks.changed.connect(draw);
    }, []);
    openPage = (page, text = '') => {
      request = { page, text };
      pending.current = request;
      draw();
    };
    const actions = objectActions(objectChecks, {
      onOpenPage: openPage,
      onOpened: opened => {
        pending.current = pending.current === opened ? null : pending.current;
      }
    });
    return (
      <PanelWithDraft
        {...more}
        state={state}
        objectChecks={objectChecks}
        objectActions={actions}
        openRequest={pending.current}
      />
    );
  };
  request = null;
  render(
    <OutsideContext.Provider value={outside}>
      <Living />
    </OutsideContext.Provider>
  );
  await act(() => Promise.resolve());
}

/** Opens a page as a command does; it is loaded then. */
export async function open(
  _checks: FakeObjectChecks,
  page: 'canary' | 'writes' | 'audit' | 'reencryption',
  text = ''
): Promise<void> {
  // What the section waits for, however long it takes to compile.
  await import('../pages');
  act(() => {
    openPage(page, text);
  });
  const name = {
    canary: 'Write canary',
    writes: 'Check now',
    audit: 'Audit',
    reencryption: 'Plan re-encryption'
  };
  // As long as a busy machine may need; it is there at once otherwise.
  await screen.findByRole('button', { name: name[page] }, { timeout: 20_000 });
}

export function type(name: string, value: string): void {
  choose(screen.getByRole('textbox', { name }), value);
}
