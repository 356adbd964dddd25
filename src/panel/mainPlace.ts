/** Where the main button of the panel is: one at most, at what is to be done first. */

import * as React from 'react';

import { atRest } from '../encryption/lifecycle';
import type { LifecycleState } from '../encryption/lifecycle/types';

/**
 * `form`: Apply. `alert`: what a state as such asks for, right below it. `finding`: the first
 * fix of a finding. `notice`: what the notebook proposes. `next`: what comes after success.
 */
export type MainPlace = 'form' | 'alert' | 'finding' | 'notice' | 'next';

export interface IWhatToDo {
  /** The user has opened the form, or has changed something in it. */
  isEditing: boolean;
  /** A finding above the form has a fix. */
  hasFix: boolean;
  /** The notebook proposes a profile. */
  isOffered: boolean;
  /** The form is one line, because something is applied. */
  isFolded: boolean;
}

/** Whoever edits wants to apply; otherwise the first from the top that puts something right. */
export function mainPlace(state: LifecycleState, what: IWhatToDo): MainPlace {
  const { kind } = atRest(state);
  if (what.isEditing) {
    return 'form';
  }
  if (kind === 'not-known' || kind === 'changed' || kind === 'foreign') {
    return 'alert';
  }
  if (what.hasFix) {
    return 'finding';
  }
  return what.isOffered ? 'notice' : what.isFolded ? 'next' : 'form';
}

const Place = React.createContext<MainPlace>('form');

export const MainPlaceProvider = Place.Provider;

/** The kind of a button that would be the main one if its place is. */
export function useKind(place: MainPlace): 'main' | 'plain' {
  return React.useContext(Place) === place ? 'main' : 'plain';
}
