/**
 * Draws the panel for its specs and finds its parts by role and name.
 */

import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import { draftOf } from '../form/draft';
import { objectActions } from '../objects/actions';
import { Panel } from '../panel';
import type { IPanelProps } from '../props';
import type { IObjectChecks } from '../../tokens';

type Props = Partial<IPanelProps> & {
  /** The checks of stored objects; null if nothing can be asked. */
  objectChecks?: IObjectChecks | null;
};

/** The panel with the draft that its widget would keep. */
export function PanelWithDraft({
  objectChecks = null,
  ...props
}: Props): React.JSX.Element {
  const state = props.state ?? null;
  const [draft, setDraft] = React.useState(
    props.draft ?? draftOf(state?.profile ?? null)
  );
  return (
    <Panel
      label={state ? { document: 'a.ipynb', kernel: 'Python 3' } : null}
      state={state}
      excluded={false}
      onReadAgain={jest.fn()}
      history={[]}
      proposed={false}
      profiles={[]}
      knownKeys={[]}
      objects={objectChecks}
      objectActions={objectActions(objectChecks, {
        onOpenPage: jest.fn(),
        onOpened: jest.fn()
      })}
      openRequest={null}
      locations={[]}
      onApply={jest.fn().mockResolvedValue([])}
      onVerify={jest.fn()}
      onClear={jest.fn()}
      onCancel={jest.fn()}
      onCopy={jest.fn()}
      onCode={jest.fn()}
      onChooseKernel={null}
      {...props}
      draft={draft}
      onDraft={setDraft}
      onDiscard={() => {
        setDraft(draftOf(state?.profile ?? null));
        props.onDiscard?.();
      }}
    />
  );
}

export function show(state: LifecycleState | null, props: Props = {}): void {
  render(<PanelWithDraft {...props} state={state} />);
}

export function radio(name: string): HTMLInputElement {
  return screen.getByRole('radio', { name });
}

/** Open the fold with what few notebooks need. */
export function unfold(): void {
  fireEvent.click(screen.getByText(/^More/));
}

/** Open the form of a choice that is applied. */
export function change(): void {
  fireEvent.click(button('Change'));
}

/** Is the form one line, because a choice is applied? */
export function isFolded(state: LifecycleState | null): boolean {
  return ['waiting', 'set', 'in-effect', 'proven', 'changed'].includes(
    state?.kind ?? ''
  );
}

export function button(name: string): HTMLElement {
  return screen.getByRole('button', { name });
}

/** Select boxes and folds: the DOM of the tests has no selection ranges. */
export function choose(element: HTMLElement, value: string): void {
  fireEvent.change(element, { target: { value } });
}

export function isEnabled(name: string): boolean {
  return button(name).getAttribute('aria-disabled') !== 'true';
}

export const NOT_SET: LifecycleState = {
  kind: 'not-set',
  profile: null,
  report: null
};
