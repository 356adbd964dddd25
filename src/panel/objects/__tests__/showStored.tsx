/** Draws the panel with a objectChecks, and opens its pages, for their specs. */

import { act, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { LifecycleState } from '../../../encryption/lifecycle/types';
import type { FakeObjectChecks } from './fakeObjectChecks';
import { STATES } from '../../__tests__/fixtures';
import { choose, Held } from '../../__tests__/show';

/** Draws the panel with a objectChecks, and again with each of its changes. */
export async function showWith(
  objectChecks: FakeObjectChecks,
  state: LifecycleState = STATES['in effect']!,
  more: Partial<React.ComponentProps<typeof Held>> = {}
): Promise<void> {
  const Living = (): React.JSX.Element => {
    const [, draw] = React.useReducer((n: number) => n + 1, 0);
    React.useEffect(() => {
      objectChecks.changed.connect(draw);
    }, []);
    return <Held {...more} state={state} objectChecks={objectChecks} />;
  };
  render(<Living />);
  await act(() => Promise.resolve());
}

/** Opens a page as a command does; it is loaded then. */
export async function open(
  objectChecks: FakeObjectChecks,
  page: 'canary' | 'writes' | 'audit',
  text = ''
): Promise<void> {
  // What the section waits for, however long it takes to compile.
  await import('../pages');
  act(() => {
    objectChecks.open(page, text);
  });
  await screen.findByRole('button', {
    name: { canary: 'Write canary', writes: 'Check now', audit: 'Audit' }[page]
  });
}

export function type(name: string, value: string): void {
  choose(screen.getByRole('textbox', { name }), value);
}
